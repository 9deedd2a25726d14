import { type FileOrBytes, readFileOrBytes } from '../certificates/certificate-source.ts';
import type { ClientCertificateOptions } from './client-certificates.ts';
import { TlsError } from '../errors.ts';
import { parseCertificates, pemText } from '../certificates/pem.ts';

type Given = FileOrBytes | readonly FileOrBytes[] | undefined;

const listOf = (given: Given): readonly FileOrBytes[] =>
  given === undefined ? [] : typeof given === 'string' || given instanceof Uint8Array ? [given] : given;

/** What one endpoint, or one of its names, asks of clients: options with the files read. */
export class ClientRules {
  readonly mode: ClientCertificateOptions['mode'];
  readonly validate: ClientCertificateOptions['validate'];
  readonly authorities: readonly string[];
  readonly revocationLists: readonly string[];

  /**
   * @throws TlsError `TLS_CLIENT_AUTHORITY_MISSING`, `TLS_CERTIFICATE_INVALID`, `TLS_FILE_NOT_FOUND`,
   *   `TLS_FILE_UNREADABLE`
   */
  constructor({ mode, validate, authorities, revocationLists }: ClientCertificateOptions) {
    this.mode = mode;
    this.validate = validate;
    this.authorities = mode === 'none' ? [] : listOf(authorities).flatMap(authoritiesIn);
    this.revocationLists = mode === 'none' ? [] : listOf(revocationLists).map(textOf);
    if (mode !== 'none' && this.authorities.length === 0 && validate === undefined) {
      throw new TlsError('TLS_CLIENT_AUTHORITY_MISSING');
    }
  }

  /** The same for the same rules, so that a session is resumed under the rules that it began with, or not at all. */
  get fingerprint(): string {
    return JSON.stringify([this.mode, this.authorities, this.revocationLists]);
  }
}

const authoritiesIn = (given: FileOrBytes): string[] =>
  parseCertificates(readFileOrBytes(given)!, 'clientCertificate.authorities').map(String);

const textOf = (given: FileOrBytes): string => {
  const bytes = readFileOrBytes(given)!;
  const text = pemText(bytes);
  if (text === undefined) throw new TlsError('TLS_CERTIFICATE_INVALID', 'clientCertificate.revocationLists');
  return text;
};
