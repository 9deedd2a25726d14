import { readFileSync } from 'node:fs';
import type tls from 'node:tls';
import type { DevelopmentCertificate } from './development-certificate.ts';

/** Who trusts the authority; `undefined` where that cannot be told. */
export interface DevelopmentCertificateTrust {
  /** This process: the authorities of Node.js, `NODE_EXTRA_CA_CERTS`, and those of the system if it was told so. */
  readonly node: boolean | undefined;
  /** The system, as Node.js sees it. Firefox, and Chromium on Linux, have stores of their own. */
  readonly system: boolean | undefined;
}

/**
 * Says who trusts the development certificate. It reads whole trust stores, which is not for the start of a server.
 * Before Node.js 22.15 nothing
 * can be told, nor where the authority cannot be read.
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
    return withoutSpace(readFileSync(path, 'latin1'));
  } catch {
    return undefined;
  }
};

const withoutSpace = (pem: string): string => pem.replaceAll(/\s/g, '');
