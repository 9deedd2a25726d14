const defaultPorts: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/**
 * Whether two authorities name the same host and port: case is ignored, and so is the default port of the scheme.
 *
 * @param scheme scheme of the target, in any case; only `http` and `https` have a default port
 * Source: RFC 9110 section 4.2.3, RFC 3986 section 6.2.3
 */
export const isSameAuthority = (one: string, other: string, scheme: string): boolean => {
  if (one === other) return true;
  const port = defaultPorts[scheme.toLowerCase()];
  return withoutPort(one, port) === withoutPort(other, port);
};

const withoutPort = (authority: string, port: string | undefined): string => {
  const text = authority.toLowerCase();
  if (port === undefined) return text;
  if (text.endsWith(port)) return text.slice(0, -port.length);
  return text.endsWith(':') ? text.slice(0, -1) : text;
};
