import { X509Certificate } from 'node:crypto';
import type { DevelopmentCertificate } from './development-certificate.ts';
import { DevCertsError, type DevCertsErrorCode } from './errors.ts';
import { checkFolder } from './file-safety.ts';
import { type Identity, readIdentity } from './identity.ts';
import { commonNameOf, devCertsNames, namesOf } from './names.ts';
import type { DevCertsOptions } from './options.ts';
import { readSmallFile } from './read-file.ts';
import { type Store, storeOf } from './store.ts';
import { devCertsValidity } from './validity.ts';

/** The state of the store. */
export interface DevelopmentCertificateReport {
  /** The certificate; `undefined` when a server cannot use it. */
  readonly certificate: DevelopmentCertificate | undefined;
  /** All problems. When there is a `certificate`, all of them are `usable`. */
  readonly problems: readonly DevCertsError[];
}

/**
 * Checks whether a development certificate exists and which problems it has. It reads two small files, loads no library
 * and does not throw. Use `developmentCertificateTrust` to find out whether the certificate is trusted.
 */
export const checkDevelopmentCertificate = (options: DevCertsOptions = {}): DevelopmentCertificateReport => {
  try {
    const store = storeOf(options);
    checkFolder(store.folder);
    return reportOn(readIdentity(store.certificate), store, (options.wallClock ?? Date.now)());
  } catch (error) {
    if (error instanceof DevCertsError) return { certificate: undefined, problems: [error] };
    throw error;
  }
};

const reportOn = (identity: Identity, store: Store, now: number): DevelopmentCertificateReport => {
  const { certificate } = identity;
  const codes: readonly (DevCertsErrorCode | undefined)[] = [
    problemOfTime(certificate, now),
    hasAllNames(certificate) ? undefined : 'DEV_CERTS_NAMES_MISSING',
    isIssuedBy(store.authority, certificate) ? undefined : 'DEV_CERTS_AUTHORITY_MISMATCH',
  ];
  const problems = codes
    .filter((code) => code !== undefined)
    .map(
      (code) => new DevCertsError(code, code === 'DEV_CERTS_AUTHORITY_MISMATCH' ? store.authority : store.certificate),
    );
  const usable = problems.every((problem) => problem.usable);
  return { certificate: usable ? asDevelopmentCertificate(identity, store) : undefined, problems };
};

const problemOfTime = ({ validFromDate, validToDate }: X509Certificate, now: number): DevCertsErrorCode | undefined => {
  if (now < validFromDate.getTime()) return 'DEV_CERTS_NOT_YET_VALID';
  if (now > validToDate.getTime()) return 'DEV_CERTS_EXPIRED';
  return now > validToDate.getTime() - devCertsValidity.renewal ? 'DEV_CERTS_EXPIRES_SOON' : undefined;
};

const hasAllNames = (certificate: X509Certificate): boolean => {
  const names = namesOf(certificate);
  return devCertsNames.every((name) => names.includes(name));
};

const isIssuedBy = (authorityPath: string, certificate: X509Certificate): boolean => {
  try {
    return certificate.verify(new X509Certificate(readSmallFile(authorityPath)).publicKey);
  } catch {
    return false;
  }
};

const asDevelopmentCertificate = (identity: Identity, store: Store): DevelopmentCertificate => {
  const { certificate, certificatePem, keyPem } = identity;
  return {
    certificate: certificatePem,
    key: keyPem,
    path: store.certificate,
    authorityPath: store.authority,
    authorityName: commonNameOf(certificate.issuer),
    names: namesOf(certificate),
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
  };
};
