import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TlsError } from '../errors.ts';
import { type CertificateSource, filesOf, withAbsolutePaths } from './certificate-source.ts';
import { type TlsCertificate, readCertificate } from './load-certificate.ts';

/** Throws if a certificate cannot be used. */
type CertificateCheck = (certificate: TlsCertificate) => void;

/** A certificate whose files may change. It always has one usable certificate with its key and chain. */
export class ReloadingCertificate {
  readonly #source: CertificateSource;
  readonly #files: readonly string[];
  readonly #warn: (message: string) => void;
  readonly #checks: CertificateCheck[] = [];
  #current: TlsCertificate;
  /** State of the loaded files, taken before reading. */
  #state: string;
  /** State of files that failed to load. They are tried again, because the key may be written later. */
  #failedState: string | undefined;
  /** How many checks in a row found this state. */
  #failures = 0;

  private constructor(
    source: CertificateSource,
    warn: (message: string) => void,
    current: TlsCertificate,
    state: string,
  ) {
    this.#source = source;
    this.#files = filesOf(source);
    this.#warn = warn;
    this.#current = current;
    this.#state = state;
  }

  /** @throws TlsError with a code that concerns the start */
  static async load(source: CertificateSource, warn: (message: string) => void): Promise<ReloadingCertificate> {
    const absolute = withAbsolutePaths(source);
    const state = await fileState(filesOf(absolute));
    return new ReloadingCertificate(absolute, warn, await load(absolute, warn), state);
  }

  /**
   * Checks the certificate now, and every changed one before it is used.
   *
   * @throws TlsError of the check
   */
  checkWith(check: CertificateCheck): void {
    check(this.#current);
    this.#checks.push(check);
  }

  get current(): TlsCertificate {
    return this.#current;
  }

  get hasFiles(): boolean {
    return this.#files.length > 0;
  }

  /**
   * Checks the files. Changed files are loaded; if they are invalid, the certificate stays in use and a warning is
   * logged.
   *
   * @returns whether a new certificate is in use
   */
  async look(): Promise<boolean> {
    const state = await fileState(this.#files);
    if (state === this.#state) {
      this.#failures = 0;
      return false;
    }
    try {
      const certificate = await load(this.#source, this.#warn);
      for (const check of this.#checks) check(certificate);
      this.#current = certificate;
      this.#state = state;
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failed(state, error as Error);
      return false;
    }
  }

  #failed(state: string, error: Error): void {
    this.#failures = this.#failedState === state ? this.#failures + 1 : 1;
    this.#failedState = state;
    if (this.#failures < 2) return;
    if (!mayPass(error)) this.#state = state;
    if (this.#failures === 2) this.#warn(`The previous certificate stays in use: ${error.message}`);
  }
}

/** Whether unchanged files may become usable, e.g. when the process has free file descriptors again. */
const mayPass = (error: Error): boolean => error instanceof TlsError && error.code === 'TLS_FILE_UNREADABLE';

const load = async (source: CertificateSource, warn: (message: string) => void): Promise<TlsCertificate> => {
  const certificate = await readCertificate(source);
  for (const warning of certificateWarnings(certificate, Date.now())) warn(warning);
  return certificate;
};

/**
 * Problems that clients will have with a certificate that is used nevertheless.
 *
 * @param now milliseconds since 1970
 */
const certificateWarnings = ({ leaf, name, remarks }: TlsCertificate, now: number): string[] => {
  const warnings = remarks.map((remark) => `${name}: ${remark}`);
  if (Date.parse(leaf.validTo) < now) warnings.push(`${name}: the certificate has expired on ${leaf.validTo}`);
  if (Date.parse(leaf.validFrom) > now) warnings.push(`${name}: the certificate is not valid before ${leaf.validFrom}`);
  // RFC 9525 section 6.3: the common name is ignored.
  if (leaf.subjectAltName === undefined) {
    warnings.push(
      `${name}: the certificate has no subject alternative name, so clients will not accept it for any name`,
    );
  }
  return warnings;
};

/** The state of several files as one value. It changes when one of the files is replaced or written. */
const fileState = async (files: readonly string[]): Promise<string> =>
  (await Promise.all(files.map(async (file) => stat(file, { bigint: true }).then(describe, errorCode)))).join(';');

/** Includes the inode, because a symbolic link may be changed to another file. */
const describe = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join();

const errorCode = (error: unknown): string => String((error as NodeJS.ErrnoException).code);
