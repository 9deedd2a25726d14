/** One failure. The message says what is wrong and, if possible, what to do. */
export interface TlsErrorSpec {
  /** `start`: the server fails to start. `connection`: one connection is closed. */
  readonly concerns: 'start' | 'connection';
  readonly message: string;
}

/** All certificate problems that prevent the start, and all reasons for failed handshakes. */
export const tlsErrors = {
  TLS_CERTIFICATE_MISSING: {
    concerns: 'start',
    message:
      'there is no certificate: give useHttps a PFX file and its password, or a certificate and its key; `windhover dev-certs` makes a certificate for development',
  },
  TLS_FILE_NOT_FOUND: {
    concerns: 'start',
    message: 'the file does not exist: check the path and the working directory',
  },
  TLS_FILE_UNREADABLE: {
    concerns: 'start',
    message: 'the file cannot be read: check that the user of this process may read it',
  },
  TLS_FILE_NOT_REGULAR: {
    concerns: 'start',
    message: 'this is a directory, a pipe or a device: give the path of a regular file',
  },
  TLS_FILE_TOO_LARGE: {
    concerns: 'start',
    message: 'the file is larger than 16 MiB: check the path',
  },
  TLS_FILE_UTF16: {
    concerns: 'start',
    message:
      'the file is UTF-16 text, as `>` of PowerShell 5 writes it: save it as UTF-8 or ASCII, e.g. with `Set-Content -Encoding ascii`',
  },
  TLS_CERTIFICATE_INVALID: { concerns: 'start', message: 'this is not a certificate in PEM or DER' },
  TLS_KEY_MISSING: {
    concerns: 'start',
    message:
      'the file has no private key: give the file of the key as `key` in code, or as `keyPath` in the configuration',
  },
  TLS_KEY_INVALID: { concerns: 'start', message: 'this is not a private key in PEM or PKCS #8' },
  TLS_KEY_UNSUPPORTED: {
    concerns: 'start',
    message:
      'the private key is encrypted in a way that OpenSSL 3 no longer reads: encrypt it again with `openssl pkcs8 -topk8 -v2 aes-256-cbc`',
  },
  TLS_KEY_DERIVATION_TOO_SLOW: {
    concerns: 'start',
    message: 'deriving the key from the password would take too long: export the file again, e.g. with `-iter 100000`',
  },
  TLS_KEY_MISMATCH: { concerns: 'start', message: 'the private key does not belong to the certificate' },
  TLS_PASSWORD_MISSING: { concerns: 'start', message: 'the private key is encrypted: give its `password`' },
  TLS_PASSWORD_WRONG: { concerns: 'start', message: 'the password is wrong, or missing' },
  TLS_PFX_INVALID: { concerns: 'start', message: 'this is not a PFX (PKCS #12) file' },
  TLS_PFX_INCOMPLETE: {
    concerns: 'start',
    message: 'the PFX file has no certificate or no private key: export it with both',
  },
  TLS_PFX_UNSUPPORTED: {
    concerns: 'start',
    message:
      'the PFX file is encrypted in a way that OpenSSL 3 no longer reads, e.g. RC2-40: export it again with `openssl pkcs12 -legacy -in old.pfx -nodes -out all.pem` and `openssl pkcs12 -export -in all.pem -out new.pfx`',
  },
  TLS_USAGE_INVALID: {
    concerns: 'start',
    message: 'the certificate is not for servers: its extended key usage lacks serverAuth (1.3.6.1.5.5.7.3.1)',
  },
  TLS_CERTIFICATE_WEAK: {
    concerns: 'start',
    message:
      'the key or the signature of the certificate is too weak: use one with P-256, or RSA of 2048 bits or more, signed with SHA-256',
  },
  TLS_CLIENT_AUTHORITY_MISSING: {
    concerns: 'start',
    message:
      'clients are asked for certificates, but nothing says which to accept: set `authorities` or `validate` of `clientCertificate` in code, or `clientCertificateAuthorities` in the configuration',
  },
  TLS_REVOCATION_LIST_INVALID: {
    concerns: 'start',
    message: 'this is not a list of revoked certificates (CRL) in PEM',
  },
  TLS_OPTION_REFUSED: { concerns: 'start', message: 'OpenSSL does not accept an option, e.g. `ciphers`' },
  TLS_HANDSHAKE_FAILED: { concerns: 'connection', message: 'the TLS handshake failed' },
  TLS_HANDSHAKE_TIMEOUT: {
    concerns: 'connection',
    message: 'the TLS handshake was not complete within handshakeTimeout',
  },
  TLS_HANDSHAKE_INCOMPLETE: {
    concerns: 'connection',
    message: 'the client closed the connection during the TLS handshake',
  },
  TLS_TOO_MANY_HANDSHAKES: {
    concerns: 'connection',
    message:
      'closed because of too many concurrent handshakes (see maxConcurrentHandshakes and maxConcurrentHandshakesPerAddress): the one that has waited longest for its client is closed, or the new one if none waits',
  },
  TLS_SERVER_NAME_UNKNOWN: {
    concerns: 'connection',
    message: 'there is no certificate for the server name that the client requested',
  },
  TLS_CLIENT_CERTIFICATE_MISSING: {
    concerns: 'connection',
    message: 'the client sent no certificate, and one is required',
  },
  TLS_CLIENT_CERTIFICATE_REFUSED: { concerns: 'connection', message: 'the certificate of the client was not accepted' },
  TLS_PLAIN_HTTP: { concerns: 'connection', message: 'the client sent plain HTTP to an HTTPS port' },
} as const satisfies Record<`TLS_${string}`, TlsErrorSpec>;

export type TlsErrorCode = keyof typeof tlsErrors;

/** Options of a `TlsError`. */
interface TlsErrorOptions extends ErrorOptions {
  /** The end of the message, in parentheses, e.g. the received value. */
  readonly detail?: string;
}

/**
 * An unusable certificate, or a failed handshake. The message contains no bytes from the peer; `cause` is the
 * underlying error, if any.
 */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code: TlsErrorCode;
  readonly #subject: string | undefined;
  readonly #options: TlsErrorOptions;

  /** @param subject start of the message, e.g. a path */
  constructor(code: TlsErrorCode, subject?: string, options: TlsErrorOptions = {}) {
    const { message } = tlsErrors[code];
    const detail = options.detail ? ` (${options.detail})` : '';
    super(`${subject === undefined ? '' : `${subject}: `}${message}${detail}`, options);
    this.code = code;
    this.#subject = subject;
    this.#options = options;
  }

  /** The same error, whose message begins with the name of an endpoint. */
  of(endpoint: string): TlsError {
    const subject = this.#subject === undefined ? endpoint : `${endpoint}: ${this.#subject}`;
    return new TlsError(this.code, subject, this.#options);
  }
}
