import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './atomic-file.ts';
import { checkDevelopmentCertificate } from './check-development-certificate.ts';
import type { DevelopmentCertificate } from './development-certificate.ts';
import { DevCertsError } from './errors.ts';
import type { DevCertsOptions } from './options.ts';
import { readSmallFile } from './read-file.ts';
import { storeOf } from './store.ts';

/** Files that `exportDevelopmentCertificate` has written. */
export interface ExportedDevelopmentCertificate {
  /** PEM: the certificate. */
  readonly certificatePath: string;
  /** PEM, PKCS #8: its private key, which only this user can read. */
  readonly keyPath: string;
  /** PEM: the certificate of the authority. Its key stays where it is. */
  readonly authorityPath: string;
}

/**
 * Copies the development certificate as separate PEM files, for containers and other programs. Files of the same names
 * are replaced; a later renewal does not reach the copies.
 *
 * @param folder created when it does not exist
 * @throws DevCertsError `DEV_CERTS_WRITE_FAILED`, `DEV_CERTS_EXPORT_INTO_STORE`, and the problems of
 *   `checkDevelopmentCertificate` that are not usable
 */
export const exportDevelopmentCertificate = (
  folder: string,
  options: DevCertsOptions = {},
): ExportedDevelopmentCertificate => {
  const { certificate, key, authorityPath } = usableCertificate(options);
  const exported = {
    certificatePath: join(folder, 'localhost.pem'),
    keyPath: join(folder, 'localhost-key.pem'),
    authorityPath: join(folder, 'authority.pem'),
  };
  makeFolder(folder, options);
  replaceFile(exported.keyPath, key, 0o600);
  replaceFile(exported.certificatePath, certificate, 0o644);
  replaceFile(exported.authorityPath, readSmallFile(authorityPath), 0o644);
  return exported;
};

/** The store has files of the same names. */
const makeFolder = (folder: string, options: DevCertsOptions): void => {
  let isStore: boolean;
  try {
    mkdirSync(folder, { recursive: true });
    isStore = realpathSync(folder) === realpathSync(storeOf(options).folder);
  } catch (cause) {
    throw new DevCertsError('DEV_CERTS_WRITE_FAILED', folder, { cause });
  }
  if (isStore) throw new DevCertsError('DEV_CERTS_EXPORT_INTO_STORE', folder);
};

/** The certificate together with the authority that has issued it: clients need both. */
const usableCertificate = (options: DevCertsOptions): DevelopmentCertificate => {
  const { certificate, problems } = checkDevelopmentCertificate(options);
  const problem = problems.find(({ usable, code }) => !usable || code === 'DEV_CERTS_AUTHORITY_MISMATCH');
  if (problem !== undefined) throw problem;
  return certificate!;
};
