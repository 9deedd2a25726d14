import type { X509Certificate } from 'node:crypto';
import type { Connection } from '@windhover/connections';
import type { FileOrBytes } from '../certificates/certificate-source.ts';

/** Information for `validate` beside the client's certificate. */
export interface ClientCertificateContext {
  /** Why the chain does not lead to one of `authorities`, as OpenSSL names it, e.g. `CERT_HAS_EXPIRED`; `undefined` when it does. */
  readonly authorizationError: string | undefined;
  /** The name that the client asked for. */
  readonly serverName: string | undefined;
  /** The connection below TLS, for its endpoints. */
  readonly connection: Connection;
}

/**
 * Certificates of clients. Source: Kestrel `HttpsConnectionAdapterOptions.ClientCertificateMode`, without
 * `DelayCertificate`: Node has no post-handshake authentication (RFC 8446 section 4.6.2).
 */
export interface ClientCertificateOptions {
  /** `none`: certificates are not asked for. `allow`: asked for, not required. `require`: a client without one is refused. */
  readonly mode: 'none' | 'allow' | 'require';
  /** The authorities that may have issued them: certificates in PEM, as paths, text or bytes. */
  readonly authorities?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /** Lists of revoked certificates in PEM: paths, text or bytes. With one list, every authority needs a list. */
  readonly revocationLists?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /**
   * Decides whether a certificate is good, also when a session is resumed. By default a certificate is good when its
   * chain leads to one of `authorities`.
   */
  readonly validate?:
    | ((certificate: X509Certificate, context: ClientCertificateContext) => boolean | Promise<boolean>)
    | undefined;
}
