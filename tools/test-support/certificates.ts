export {
  CertificateAuthority,
  type CertificateWishes,
  type KeyAndCertificate,
} from '../../packages/tls/test/support/certificates.ts';
