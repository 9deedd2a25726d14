export { type DevelopmentCertificateReport, checkDevelopmentCertificate } from './check-development-certificate.ts';
export { cleanDevelopmentCertificates } from './clean-development-certificates.ts';
export {
  type CreateDevelopmentCertificateOptions,
  type CreatedDevelopmentCertificate,
  createDevelopmentCertificate,
} from './create-development-certificate.ts';
export { type DevCertsCommandIo, devCertsCommand, devCertsExitCodes } from './dev-certs-command.ts';
export { type DevelopmentCertificateTrust, developmentCertificateTrust } from './development-certificate-trust.ts';
export { type DevelopmentCertificate, developmentCertificate } from './development-certificate.ts';
export { DevCertsError, type DevCertsErrorCode, type DevCertsErrorSpec, devCertsErrors } from './errors.ts';
export { type ExportedDevelopmentCertificate, exportDevelopmentCertificate } from './export-development-certificate.ts';
export { devCertsNames } from './names.ts';
export type { DevCertsOptions } from './options.ts';
export { type TrustInstruction, type TrustedAuthority, trustInstructions } from './trust-instructions.ts';
export { type TrustSystem, currentTrustSystem } from './trust-system.ts';
export { devCertsValidity } from './validity.ts';
