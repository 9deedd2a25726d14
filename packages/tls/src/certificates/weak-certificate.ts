/** What OpenSSL says of keys and signatures below its security level, e.g. `ERR_SSL_EE_KEY_TOO_SMALL`. */
const weakness = /_(?:KEY_TOO_SMALL|KEY_TOO_WEAK|MD_TOO_WEAK)$|(?:key too small|key too weak|md too weak)/;

/** Whether OpenSSL refuses a certificate for its key or its signature. */
export const isWeakness = ({ code, message }: NodeJS.ErrnoException): boolean =>
  weakness.test(code ?? '') || weakness.test(message);
