import { mkdirSync } from 'node:fs';
import { createFile, replaceFile } from './atomic-file.ts';
import { checkDevelopmentCertificate } from './check-development-certificate.ts';
import type { DevelopmentCertificate } from './development-certificate.ts';
import { DevCertsError, type DevCertsErrorCode } from './errors.ts';
import { checkFolder } from './file-safety.ts';
import { readIdentity } from './identity.ts';
import type { IssuedIdentity } from './issuer.ts';
import { namesOf, namesWith } from './names.ts';
import type { DevCertsOptions } from './options.ts';
import { readSmallFile } from './read-file.ts';
import { type Store, storeOf } from './store.ts';
import { devCertsValidity } from './validity.ts';

/** Options of `createDevelopmentCertificate`. */
export interface CreateDevelopmentCertificateOptions extends DevCertsOptions {
  /** Host names below `localhost` in addition to `devCertsNames`. A new certificate keeps the names of the one it replaces. */
  readonly names?: readonly string[];
  /** Create a certificate even if the current one is valid. The authority stays, and clients keep trusting it. */
  readonly renew?: boolean;
}

/** Result of `createDevelopmentCertificate`. */
export interface CreatedDevelopmentCertificate {
  readonly certificate: DevelopmentCertificate;
  /** Whether a certificate was created; false if a valid one existed. */
  readonly created: boolean;
  /** Whether the authority is new. Clients must be configured to trust a new authority. */
  readonly authorityCreated: boolean;
}

/** Maximum number of attempts. Each retry is caused by another process that replaced the authority or the certificate. */
const mostAttempts = 10;

/**
 * Creates the development certificate and its authority if they do not exist, and renews them if they have problems.
 *
 * Several processes may do this at once. The first authority that is written wins. A process that finds its authority
 * replaced at the end starts again, so the certificate always belongs to the authority next to it, without a lock. So does
 * a process whose certificate another one has replaced meanwhile, so that the names of both are kept.
 *
 * @throws DevCertsError `DEV_CERTS_FOLDER_UNKNOWN`, `DEV_CERTS_FOLDER_EXPOSED`, `DEV_CERTS_NAME_INVALID`,
 * `DEV_CERTS_UNREADABLE`, `DEV_CERTS_NOT_YET_VALID`, `DEV_CERTS_WRITE_FAILED`, `DEV_CERTS_CONTENDED`
 */
export const createDevelopmentCertificate = async (
  options: CreateDevelopmentCertificateOptions = {},
): Promise<CreatedDevelopmentCertificate> => {
  const names = namesWith(options.names ?? []);
  const store = storeOf(options);
  makeFolder(store.folder);
  checkFolder(store.folder);
  let authorityCreated = false;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const now = (options.wallClock ?? Date.now)();
    const authority = readAuthority(store, now) ?? (await createAuthority(store, now));
    if (authority === undefined) continue;
    authorityCreated ||= authority.created;
    publish(authority, store);
    const created = options.renew === true || !isGood(options, names);
    if (created && !(await replaceCertificate(authority, names, store, now))) continue;
    const { certificate } = checkDevelopmentCertificate(options);
    const isOurs = readAuthority(store, now)?.certificatePem === authority.certificatePem;
    if (isOurs && hasNames(certificate, names)) return { certificate, created, authorityCreated };
  }
  throw new DevCertsError('DEV_CERTS_CONTENDED', store.folder);
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_WRITE_FAILED', folder, { cause });
  }
};

interface Authority extends IssuedIdentity {
  readonly created: boolean;
}

/** @returns `undefined` when no authority exists that can issue a certificate now */
const readAuthority = ({ authorityWithKey }: Store, now: number): Authority | undefined => {
  try {
    const { certificate, certificatePem, keyPem } = readIdentity(authorityWithKey);
    const { ca, validFromDate, validToDate } = certificate;
    if (now < validFromDate.getTime()) throw new DevCertsError('DEV_CERTS_NOT_YET_VALID', authorityWithKey);
    const lasts = now + devCertsValidity.certificate <= validToDate.getTime();
    return ca && lasts ? { certificatePem, keyPem, created: false } : undefined;
  } catch (error) {
    if (error instanceof DevCertsError && !mayBeGood.includes(error.code)) return undefined;
    throw error;
  }
};

/** Problems that may be temporary. Clients may trust such an authority, so it is not replaced. */
const mayBeGood: readonly DevCertsErrorCode[] = ['DEV_CERTS_UNREADABLE', 'DEV_CERTS_NOT_YET_VALID'];

/** @returns `undefined` if another process has created an authority first */
const createAuthority = async (store: Store, now: number): Promise<Authority | undefined> => {
  const { issueAuthority } = await import('./issuer.ts');
  const authority = await issueAuthority(now);
  const text = authority.certificatePem + authority.keyPem;
  if (createFile(store.authorityWithKey, text, 0o600)) return { ...authority, created: true };
  if (readAuthority(store, now) !== undefined) return undefined;
  replaceFile(store.authorityWithKey, text, 0o600);
  return { ...authority, created: true };
};

const publish = ({ certificatePem }: Authority, store: Store): void => {
  if (textOf(store.authority) !== certificatePem) replaceFile(store.authority, certificatePem, 0o644);
};

const textOf = (path: string): string | undefined => {
  try {
    return readSmallFile(path);
  } catch {
    return undefined;
  }
};

const isGood = (options: DevCertsOptions, names: readonly string[]): boolean => {
  const { certificate, problems } = checkDevelopmentCertificate(options);
  return problems.length === 0 && hasNames(certificate, names);
};

const hasNames = (
  certificate: DevelopmentCertificate | undefined,
  names: readonly string[],
): certificate is DevelopmentCertificate =>
  certificate !== undefined && names.every((name) => certificate.names.includes(name));

/** @returns false if another process has replaced the certificate meanwhile, perhaps with other names */
const replaceCertificate = async (
  authority: Authority,
  names: readonly string[],
  store: Store,
  now: number,
): Promise<boolean> => {
  const { issueCertificate } = await import('./issuer.ts');
  const before = textOf(store.certificate);
  const all = [...new Set([...names, ...ownNames(store)])];
  const { certificatePem, keyPem } = await issueCertificate(authority, all, now);
  if (textOf(store.certificate) !== before) return false;
  replaceFile(store.certificate, certificatePem + keyPem, 0o600);
  return true;
};

/** Names of the certificate that is replaced, without names that this package would refuse. */
const ownNames = (store: Store): string[] => {
  try {
    return namesWith(namesOf(readIdentity(store.certificate).certificate).filter((name) => name.endsWith('localhost')));
  } catch {
    return [];
  }
};
