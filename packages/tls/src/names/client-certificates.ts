import type { X509Certificate } from 'node:crypto';
import type { Connection } from '@windhover/connections';
import type { FileOrBytes } from '../certificates/certificate-source.ts';

/** Information for `validate` in addition to the certificate. */
export interface ClientCertificateContext {
  /**
   * Reason why the chain does not lead to one of `authorities`, as named by OpenSSL, e.g. `CERT_HAS_EXPIRED`;
   * `undefined` if it does.
   */
  readonly authorizationError: string | undefined;
  /** The server name that the client requested. */
  readonly serverName: string | undefined;
  /** The connection below TLS, for its endpoints. */
  readonly connection: Connection;
}

/**
 * Settings for client certificates.
 *
 * Source: Kestrel `HttpsConnectionAdapterOptions.ClientCertificateMode`, without `DelayCertificate`: Node has no
 * post-handshake authentication (RFC 8446 section 4.6.2).
 */
export interface ClientCertificateOptions {
  /** `none`: not requested. `allow`: requested, but optional. `require`: a client without a certificate is refused. */
  readonly mode: 'none' | 'allow' | 'require';
  /** Authorities that may have issued the certificates: PEM as paths, text or bytes. */
  readonly authorities?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /** Lists of revoked certificates in PEM: paths, text or bytes. If there is a list, every authority needs one. */
  readonly revocationLists?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /**
   * Decides whether a certificate is accepted; also called when a session is resumed. By default a certificate is
   * accepted if its chain leads to one of `authorities`.
   */
  readonly validate?:
    | ((certificate: X509Certificate, context: ClientCertificateContext) => boolean | Promise<boolean>)
    | undefined;
}
