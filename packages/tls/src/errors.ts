/** One failure: what is wrong in one sentence, and what to do about it where the reader can do something. */
export interface TlsErrorSpec {
  /** Whether it stops the server from starting, or ends one connection. */
  readonly concerns: 'start' | 'connection';
  readonly message: string;
}

/** Every way in which certificates cannot be used, and in which a connection does not become an encrypted one. */
export const tlsErrors = {
  TLS_CERTIFICATE_MISSING: {
    concerns: 'start',
    message:
      'there is no certificate: give useHttps a PFX file and its password, or a certificate and its key; `windhover dev-certs` makes one for development',
  },
  TLS_FILE_NOT_FOUND: {
    concerns: 'start',
    message: 'the file does not exist: check the path and the working directory',
  },
  TLS_FILE_UNREADABLE: {
    concerns: 'start',
    message: 'the file cannot be read: check that it is a file and that the user of this process may read it',
  },
  TLS_CERTIFICATE_INVALID: { concerns: 'start', message: 'this is not a certificate in PEM or DER' },
  TLS_KEY_MISSING: { concerns: 'start', message: 'the private key is missing: give it as `key`' },
  TLS_KEY_INVALID: { concerns: 'start', message: 'this is not a private key in PEM or PKCS #8' },
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
    message: 'the certificate is not made for servers: its extended key usage lacks serverAuth (1.3.6.1.5.5.7.3.1)',
  },
  TLS_CERTIFICATE_WEAK: {
    concerns: 'start',
    message:
      'the key or the signature of the certificate is too weak: use one with P-256, or RSA of 2048 bits or more, signed with SHA-256',
  },
  TLS_CLIENT_AUTHORITY_MISSING: {
    concerns: 'start',
    message:
      'nobody says which client certificates are good: give `clientCertificate` authorities, or a validate function',
  },
  TLS_OPTION_REFUSED: { concerns: 'start', message: 'OpenSSL does not accept an option, e.g. `ciphers`' },
  TLS_HANDSHAKE_FAILED: { concerns: 'connection', message: 'the TLS handshake failed' },
  TLS_HANDSHAKE_TIMEOUT: {
    concerns: 'connection',
    message: 'the TLS handshake was not complete within handshakeTimeout',
  },
  TLS_HANDSHAKE_INCOMPLETE: { concerns: 'connection', message: 'the client left in the middle of the TLS handshake' },
  TLS_TOO_MANY_HANDSHAKES: { concerns: 'connection', message: 'more than maxConcurrentHandshakes were under way' },
  TLS_SERVER_NAME_UNKNOWN: {
    concerns: 'connection',
    message: 'there is no certificate for the name that the client asked for',
  },
  TLS_CLIENT_CERTIFICATE_MISSING: {
    concerns: 'connection',
    message: 'the client sent no certificate, which is required here',
  },
  TLS_CLIENT_CERTIFICATE_REFUSED: { concerns: 'connection', message: 'the certificate of the client was not accepted' },
  TLS_PLAIN_HTTP: { concerns: 'connection', message: 'the client spoke plain HTTP on a port for HTTPS' },
} as const satisfies Record<`TLS_${string}`, TlsErrorSpec>;

export type TlsErrorCode = keyof typeof tlsErrors;

/**
 * A certificate that cannot be used, or a connection that did not become an encrypted one. Its text holds no byte of a
 * peer's; `cause` is the error below, where there is one.
 */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code: TlsErrorCode;

  /** @param subject what it is about, e.g. a path, which begins the message */
  constructor(code: TlsErrorCode, subject?: string, options?: ErrorOptions) {
    const { message } = tlsErrors[code];
    super(subject === undefined ? message : `${subject}: ${message}`, options);
    this.code = code;
  }
}
