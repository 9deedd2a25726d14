import type { ReloadingCertificate } from './reloading-certificate.ts';

/**
 * Checks the files of certificates at an interval. Unlike notifications of the operating system, polling works on every
 * file system and through symbolic links, which Kubernetes uses.
 */
export class CertificateWatch implements Disposable {
  readonly #certificates: readonly ReloadingCertificate[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #reloaded: (certificate: ReloadingCertificate) => void;
  #looking: Promise<unknown> | undefined;

  /**
   * @param interval milliseconds; `Infinity` for no checks
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

  /** Checks the files now. Only one check runs at a time, even if a file system hangs. */
  look(): Promise<unknown> {
    this.#looking ??= Promise.all(this.#certificates.map((certificate) => this.#lookAt(certificate))).finally(
      () => (this.#looking = undefined),
    );
    return this.#looking;
  }

  async #lookAt(certificate: ReloadingCertificate): Promise<void> {
    if (await certificate.look()) this.#reloaded(certificate);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
