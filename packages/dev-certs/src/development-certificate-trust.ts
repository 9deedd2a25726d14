import type tls from 'node:tls';
import type { DevelopmentCertificate } from './development-certificate.ts';
import { readSmallFile } from './read-file.ts';

/** Where the authority is trusted. A value is `undefined` if it cannot be determined. */
export interface DevelopmentCertificateTrust {
  /** In this process: by Node.js, by `NODE_EXTRA_CA_CERTS`, or by the system with `--use-system-ca`. */
  readonly node: boolean | undefined;
  /** In the trust store of the system, as Node.js reads it. Firefox and Chromium on Linux have separate stores. */
  readonly system: boolean | undefined;
}

/**
 * Determines where the development certificate is trusted. It reads whole trust stores, so do not call it when a server
 * starts. Both values are `undefined` before Node.js 22.15, and if the authority cannot be read.
 */
export const developmentCertificateTrust = async ({
  authorityPath,
}: Pick<DevelopmentCertificate, 'authorityPath'>): Promise<DevelopmentCertificateTrust> => {
  const { getCACertificates }: Partial<Pick<typeof tls, 'getCACertificates'>> = await import('node:tls');
  const authority = readAuthority(authorityPath);
  if (getCACertificates === undefined || authority === undefined) return { node: undefined, system: undefined };
  const trusts = (store: 'default' | 'system'): boolean =>
    getCACertificates(store).some((trusted) => withoutSpace(trusted) === authority);
  return { node: trusts('default'), system: trusts('system') };
};

const readAuthority = (path: string): string | undefined => {
  try {
    return withoutSpace(readSmallFile(path));
  } catch {
    return undefined;
  }
};

const withoutSpace = (pem: string): string => pem.replaceAll(/\s/g, '');
