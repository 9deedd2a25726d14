import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { commonNameOf } from './names.ts';
import type { DevCertsOptions } from './options.ts';
import { storeOf } from './store.ts';
import type { TrustedAuthority } from './trust-instructions.ts';

/** The authority that somebody may trust, whatever has become of its certificates; `undefined` where there is none. */
export const publishedAuthority = (options: DevCertsOptions): TrustedAuthority | undefined => {
  const { authority } = storeOf(options);
  try {
    const { subject } = new X509Certificate(readFileSync(authority));
    return { authorityPath: authority, authorityName: commonNameOf(subject) };
  } catch {
    return undefined;
  }
};
