import { type FileOrBytes, isPath, readFileOrBytes } from '../certificates/certificate-source.ts';
import type { ClientCertificateOptions } from './client-certificates.ts';
import { TlsError } from '../errors.ts';
import { parseCertificates, pemBlocks, pemText } from '../certificates/pem.ts';

type Given = FileOrBytes | readonly FileOrBytes[] | undefined;

const listOf = (given: Given): readonly FileOrBytes[] =>
  given === undefined ? [] : typeof given === 'string' || given instanceof Uint8Array ? [given] : given;

/** The rules for client certificates of one endpoint, or of one of its names, with their files read. */
export class ClientRules {
  readonly mode: ClientCertificateOptions['mode'];
  readonly validate: ClientCertificateOptions['validate'];
  /** In PEM, one certificate each. */
  readonly authorities: readonly string[];
  /** In PEM. */
  readonly revocationLists: readonly string[];

  private constructor(
    { mode, validate }: ClientCertificateOptions,
    authorities: readonly string[],
    revocationLists: readonly string[],
  ) {
    this.mode = mode;
    this.validate = validate;
    this.authorities = authorities;
    this.revocationLists = revocationLists;
  }

  /**
   * @throws TlsError `TLS_CLIENT_AUTHORITY_MISSING`, `TLS_CERTIFICATE_INVALID`, `TLS_REVOCATION_LIST_INVALID`,
   *   `TLS_FILE_NOT_FOUND`, `TLS_FILE_UNREADABLE`, `TLS_FILE_NOT_REGULAR`, `TLS_FILE_TOO_LARGE`, `TLS_FILE_UTF16`
   */
  static async load(options: ClientCertificateOptions): Promise<ClientRules> {
    if (options.mode === 'none') return new ClientRules(options, [], []);
    const authorities = (await Promise.all(listOf(options.authorities).map(authoritiesIn))).flat();
    const revocationLists = (await Promise.all(listOf(options.revocationLists).map(listsIn))).flat();
    if (authorities.length === 0 && options.validate === undefined) throw new TlsError('TLS_CLIENT_AUTHORITY_MISSING');
    return new ClientRules(options, authorities, revocationLists);
  }

  /** The same text for equal rules. A session is resumed only under the rules with which it began. */
  get fingerprint(): string {
    return JSON.stringify([this.mode, this.authorities, this.revocationLists]);
  }
}

const authoritiesIn = async (given: FileOrBytes): Promise<string[]> =>
  parseCertificates(await bytesOf(given), nameOf(given, 'clientCertificate.authorities')).map(String);

/** One text for each list, because Node.js reads only one list from a text. */
const listsIn = async (given: FileOrBytes): Promise<string[]> => {
  const name = nameOf(given, 'clientCertificate.revocationLists');
  const pem = pemText(await bytesOf(given), name);
  const lists = pemBlocks(pem ?? '').filter(({ label }) => label === 'X509 CRL');
  if (lists.length === 0) throw new TlsError('TLS_REVOCATION_LIST_INVALID', name);
  return lists.map(({ text }) => text);
};

const bytesOf = async (given: FileOrBytes): Promise<string | Uint8Array> => (await readFileOrBytes(given))!;

const nameOf = (given: FileOrBytes, option: string): string => (isPath(given) ? given : option);
