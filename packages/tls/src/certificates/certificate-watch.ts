import type { ReloadingCertificate } from './reloading-certificate.ts';

/**
 * Looks at the files of certificates from time to time. Asking for their state works on every file system and through
 * symbolic links (Kubernetes swaps one), where notifications do not.
 */
export class CertificateWatch implements Disposable {
  readonly #certificates: readonly ReloadingCertificate[];
  readonly #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> | undefined;

  /** @param interval in milliseconds; `Infinity` for never */
  constructor(certificates: readonly ReloadingCertificate[], interval: number) {
    this.#certificates = certificates.filter(({ hasFiles }) => hasFiles);
    if (interval === Number.POSITIVE_INFINITY || this.#certificates.length === 0) return;
    this.#timer = setInterval(() => void this.look(), interval).unref();
  }

  /** Looks now; one look at a time, also where a file system hangs. */
  look(): Promise<unknown> {
    this.#looking ??= Promise.all(this.#certificates.map((certificate) => certificate.look())).finally(
      () => (this.#looking = undefined),
    );
    return this.#looking;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
