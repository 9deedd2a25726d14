import { createSecureContext } from 'node:tls';

const classic = 'X25519:prime256v1:secp384r1:secp521r1';

/** Groups with 128 bits of security and more, the hybrid that resists quantum computers among them. RFC 8446 section 7.4 */
const withHybrid = `X25519MLKEM768:${classic}`;

let supported: string | undefined;

/** The groups of this OpenSSL: the hybrid came with 3.5. */
export const keyExchangeGroups = (): string => {
  supported ??= isSupported(withHybrid) ? withHybrid : classic;
  return supported;
};

const isSupported = (groups: string): boolean => {
  try {
    createSecureContext({ ca: [], ecdhCurve: groups });
    return true;
  } catch {
    return false;
  }
};
