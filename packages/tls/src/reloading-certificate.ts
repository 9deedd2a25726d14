import { type TlsCertificate, loadCertificate } from './certificate.ts';
import { type CertificateSource, filesOf } from './certificate-source.ts';
import { certificateWarnings } from './certificate-warnings.ts';

/** A certificate whose files may change: there is always exactly one that is good, with its key and chain. */
export class ReloadingCertificate {
  readonly files: readonly string[];
  readonly #source: CertificateSource;
  readonly #warn: (message: string) => void;
  #current: TlsCertificate;

  /** @throws TlsError, one of those that concern the start */
  constructor(source: CertificateSource, warn: (message: string) => void) {
    this.#source = source;
    this.#warn = warn;
    this.files = filesOf(source);
    this.#current = loadCertificate(source);
    this.#warnAbout(this.#current);
  }

  get current(): TlsCertificate {
    return this.#current;
  }

  /**
   * Loads the files again. What is bad leaves the certificate as it is.
   *
   * @throws TlsError, one of those that concern the start
   */
  reload(): void {
    const loaded = loadCertificate(this.#source);
    this.#current = loaded;
    this.#warnAbout(loaded);
  }

  #warnAbout(certificate: TlsCertificate): void {
    for (const warning of certificateWarnings(certificate, Date.now())) this.#warn(warning);
  }
}
