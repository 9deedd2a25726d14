import type { X509Certificate } from 'node:crypto';
import type { Connection } from '@windhover/connections';
import type { FileOrBytes } from '../certificates/certificate-source.ts';

/** What is known of a client's certificate when somebody has to say whether it is good. */
export interface ClientCertificateContext {
  /** Why the chain does not lead to one of `authorities`, as OpenSSL names it, e.g. `CERT_HAS_EXPIRED`; `undefined` when it does. */
  readonly authorizationError: string | undefined;
  /** The name that the client asked for. */
  readonly serverName: string | undefined;
  /** The connection below, for its endpoints. */
  readonly connection: Connection;
}

/**
 * Certificates of clients. Source: Kestrel `HttpsConnectionAdapterOptions.ClientCertificateMode`, without
 * `DelayCertificate`: Node has no post-handshake authentication (RFC 8446 section 4.6.2).
 */
export interface ClientCertificateOptions {
  /** `none`: not asked for. `allow`: asked for, and none is fine. `require`: none ends the handshake. */
  readonly mode: 'none' | 'allow' | 'require';
  /** Who may have issued them: certificates in PEM, paths or bytes. */
  readonly authorities?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /** Lists of certificates that count no longer, in PEM: paths or bytes. With one, every authority needs one. */
  readonly revocationLists?: FileOrBytes | readonly FileOrBytes[] | undefined;
  /**
   * The last word on a certificate that was sent, also when a session is resumed. Without it a certificate is good
   * when its chain leads to one of `authorities`.
   */
  readonly validate?:
    | ((certificate: X509Certificate, context: ClientCertificateContext) => boolean | Promise<boolean>)
    | undefined;
}
