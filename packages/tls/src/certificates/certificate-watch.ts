import type { ReloadingCertificate } from './reloading-certificate.ts';

/**
 * Checks the files of certificates at an interval. Polling works on every file system and through symbolic links, such as
 * the one that Kubernetes changes; notifications of the system do not.
 */
export class CertificateWatch implements Disposable {
  readonly #certificates: readonly ReloadingCertificate[];
  readonly #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> | undefined;

  /** @param interval milliseconds; `Infinity` for no checks */
  constructor(certificates: readonly ReloadingCertificate[], interval: number) {
    this.#certificates = certificates.filter(({ hasFiles }) => hasFiles);
    if (interval === Number.POSITIVE_INFINITY || this.#certificates.length === 0) return;
    this.#timer = setInterval(() => void this.look(), interval).unref();
  }

  /** Checks the files now. Only one check runs at a time, also when a file system hangs. */
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
