import { stat } from 'node:fs/promises';
import type { ReloadingCertificate } from './reloading-certificate.ts';

/** What tells a file from what was there before: a swapped symbolic link leads to another inode. */
const stateOf = async (file: string): Promise<string> => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
};

/** The files of one certificate, and what has become of them. */
class WatchedCertificate {
  readonly #certificate: ReloadingCertificate;
  readonly #warn: (message: string) => void;
  #state: string | undefined;
  /** The state that could not be loaded; it is tried once more, for a key may still be on its way. */
  #failed: string | undefined;

  constructor(certificate: ReloadingCertificate, warn: (message: string) => void) {
    this.#certificate = certificate;
    this.#warn = warn;
  }

  async look(): Promise<void> {
    const states = await Promise.all(this.#certificate.files.map(stateOf));
    const state = states.join(';');
    // What was there at the start is not known, so the first look loads once more.
    if (state !== this.#state) this.#load(state);
  }

  #load(state: string): void {
    try {
      this.#certificate.reload();
      this.#state = state;
      this.#failed = undefined;
    } catch (error) {
      if (this.#failed !== state) {
        this.#failed = state;
        return;
      }
      this.#state = state;
      this.#warn(`The certificate stays as it was: ${(error as Error).message}`);
    }
  }
}

/**
 * Looks at the files of certificates from time to time and loads what has changed. Asking for their state works on every
 * file system and through symbolic links (Kubernetes swaps one), where notifications do not.
 */
export class CertificateWatch implements Disposable {
  readonly #certificates: readonly WatchedCertificate[];
  readonly #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> | undefined;

  /** @param interval in milliseconds; `Infinity` for never */
  constructor(certificates: Iterable<ReloadingCertificate>, interval: number, warn: (message: string) => void) {
    const fromFiles = [...certificates].filter(({ files }) => files.length > 0);
    this.#certificates = fromFiles.map((certificate) => new WatchedCertificate(certificate, warn));
    if (interval === Number.POSITIVE_INFINITY || fromFiles.length === 0) return;
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
