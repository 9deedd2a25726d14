/** A host with or without a port. What a host is made of in detail, the protocol has checked. */
const hostAndPort = /^(\[[0-9a-f:.]+\]|[^[\]:]+)(?::\d*)?$/i;

/**
 * The host of a Host field value as it is compared: in lower case, without port, an IPv6 address in its shortest form.
 * Empty where the value is no host.
 *
 * Source: RFC 9110 section 7.2, RFC 5952 section 4
 */
export const hostName = (field: string): string => {
  const host = hostAndPort.exec(field)?.[1] ?? '';
  return host.startsWith('[') ? ipv6Literal(host) : host.toLowerCase();
};

/** An IPv6 address in brackets in its shortest form; empty where it is none. */
export const ipv6Literal = (text: string): string =>
  /^\[[0-9a-f:.]+\]$/i.test(text) ? (URL.parse(`http://${text}`)?.hostname ?? '') : '';
