const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Whether a field is for a single connection of HTTP/1.1: it must not be forwarded, and HTTP/2 responses must not have it.
 * The names that a Connection field lists are not included.
 *
 * @param name in lower case
 * Source: RFC 9110 section 7.6.1, RFC 9113 section 8.2.2
 */
export const isConnectionSpecific = (name: string): boolean => connectionFields.has(name);
