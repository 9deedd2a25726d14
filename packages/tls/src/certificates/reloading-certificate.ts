import { type TlsCertificate, loadCertificate } from './load-certificate.ts';
import { type CertificateSource, filesOf } from './certificate-source.ts';
import { certificateWarnings } from './certificate-warnings.ts';
import { fileState, fileStateNow } from './file-state.ts';

/** A certificate whose files may change: there is always exactly one that is good, with its key and chain. */
export class ReloadingCertificate {
  readonly #source: CertificateSource;
  readonly #files: readonly string[];
  readonly #warn: (message: string) => void;
  #current: TlsCertificate;
  /** Of the files that are dealt with; taken before they are read. */
  #state: string;
  /** Of those that could not be loaded: they are tried once more, for the key may still be on its way. */
  #failedState: string | undefined;

  /** @throws TlsError, one of those that concern the start */
  constructor(source: CertificateSource, warn: (message: string) => void) {
    this.#source = source;
    this.#warn = warn;
    this.#files = filesOf(source);
    this.#state = fileStateNow(this.#files);
    this.#current = this.#load();
  }

  get current(): TlsCertificate {
    return this.#current;
  }

  get hasFiles(): boolean {
    return this.#files.length > 0;
  }

  /** Looks at the files. Those that have changed are loaded; what is bad leaves the certificate as it is, with a warning. */
  async look(): Promise<void> {
    const state = await fileState(this.#files);
    if (state === this.#state) return;
    try {
      this.#current = this.#load();
      this.#state = state;
    } catch (error) {
      this.#failed(state, error as Error);
    }
  }

  #failed(state: string, { message }: Error): void {
    if (this.#failedState === state) {
      this.#state = state;
      this.#warn(`The certificate stays as it was: ${message}`);
    }
    this.#failedState = state;
  }

  #load(): TlsCertificate {
    const certificate = loadCertificate(this.#source);
    for (const warning of certificateWarnings(certificate, Date.now())) this.#warn(warning);
    return certificate;
  }
}
