import { join } from 'node:path';
import type { DevCertsOptions } from './options.ts';
import { storeFolder } from './store-folder.ts';

/**
 * The files of one store. A certificate and its key are in one file, so that both are replaced at once: a reader never
 * sees the key of one certificate with another certificate.
 */
export interface Store {
  readonly folder: string;
  /** The certificate of the server, then its private key. */
  readonly certificate: string;
  /** The authority's certificate without its key. Clients trust this file, and it may be given away. */
  readonly authority: string;
  /** The authority's certificate, then its private key. */
  readonly authorityWithKey: string;
}

/** @throws DevCertsError `DEV_CERTS_FOLDER_UNKNOWN` */
export const storeOf = ({ folder = storeFolder() }: DevCertsOptions): Store => ({
  folder,
  certificate: join(folder, 'localhost.pem'),
  authority: join(folder, 'authority.pem'),
  authorityWithKey: join(folder, 'authority-key.pem'),
});
