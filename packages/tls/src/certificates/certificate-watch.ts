import type { ReloadingCertificate } from './reloading-certificate.ts';

/**
 * Checks the files of certificates at an interval. Unlike notifications of the operating system, polling works on every
 * file system and through symbolic links, which Kubernetes uses.
 */
export class CertificateWatch implements Disposable {
  readonly #certificates: readonly ReloadingCertificate[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #reloaded: (certificate: ReloadingCertificate) => void;
  /** The running checks. */
  readonly #looking = new Map<ReloadingCertificate, Promise<void>>();

  /**
   * @param interval milliseconds, at most `longestTimer`; `Infinity` for no checks
   * @param reloaded called for each reloaded certificate
   */
  constructor(
    certificates: readonly ReloadingCertificate[],
    interval: number,
    reloaded: (certificate: ReloadingCertificate) => void = () => {},
  ) {
    this.#reloaded = reloaded;
    this.#certificates = certificates.filter(({ hasFiles }) => hasFiles);
    if (interval === Number.POSITIVE_INFINITY || this.#certificates.length === 0) return;
    this.#timer = setInterval(() => void this.look(), interval).unref();
  }

  /** Checks the files now. One check of each certificate runs at a time: a file system that hangs delays no other. */
  look(): Promise<unknown> {
    return Promise.all(this.#certificates.map((certificate) => this.#lookOnce(certificate)));
  }

  #lookOnce(certificate: ReloadingCertificate): Promise<void> {
    const running = this.#looking.get(certificate);
    if (running !== undefined) return running;
    const looking = this.#lookAt(certificate).finally(() => this.#looking.delete(certificate));
    this.#looking.set(certificate, looking);
    return looking;
  }

  async #lookAt(certificate: ReloadingCertificate): Promise<void> {
    if (await certificate.look()) this.#reloaded(certificate);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
