export { TlsCertificate, loadCertificate } from './certificates/load-certificate.ts';
export type { CertificateSource, FileOrBytes } from './certificates/certificate-source.ts';
export type { ClientCertificateContext, ClientCertificateOptions } from './names/client-certificates.ts';
export { TlsError, type TlsErrorCode, type TlsErrorSpec, tlsErrors } from './errors.ts';
export {
  type HttpsOptions,
  type HttpsSettings,
  type NameOptions,
  type TlsVersion,
  httpsDefaults,
  httpsOptionNames,
} from './options.ts';
export { SessionTicketKeys, type SessionTicketKeysOptions } from './names/session-ticket-keys.ts';
export { type AcceptedIdentity, TlsSocketFeatures } from './handshake/tls-socket-features.ts';
export { useHttps } from './use-https.ts';
export type { UseHttps } from '@windhover/connections';
