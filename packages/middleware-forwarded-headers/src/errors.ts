/** Every code of a `ForwardedHeadersError`, with the sentence that its message begins with. */
export const forwardedHeadersErrors = {
  FORWARDED_HEADERS_NO_PROXIES: 'trustedProxies is empty, so nothing would ever be believed; name your proxies',
  FORWARDED_HEADERS_PROXY_INVALID:
    'a trusted proxy is an address, a network without bits behind its prefix ("10.0.0.0/8"), or one of loopback, private, unix, pipe and memory',
  FORWARDED_HEADERS_STANDARD_INVALID: 'standard is "x-forwarded" or "forwarded"',
  FORWARDED_HEADERS_HEADERS_INVALID: 'headers has one or more of for, proto, host and prefix, each of them once',
  FORWARDED_HEADERS_PREFIX_NOT_STANDARD: 'Forwarded has no prefix; leave it out, or use standard: "x-forwarded"',
  FORWARDED_HEADERS_LIMIT_INVALID: 'forwardLimit is how many proxies stand in front, a whole number from 1 to 100',
  FORWARDED_HEADERS_LIMIT_WITHOUT_FOR:
    'a forwardLimit above 1 needs "for" among the headers, which says who the next proxy is',
  FORWARDED_HEADERS_NO_HOSTS: '"host" among the headers needs allowedHosts; name the hosts, or "*" for all',
  FORWARDED_HEADERS_HOST_INVALID:
    'an allowed host is "*", "*.example.com", a name in ASCII, an IPv4 address or an IPv6 address in brackets, without a port',
} as const satisfies Record<`FORWARDED_HEADERS_${string}`, string>;

export type ForwardedHeadersErrorCode = keyof typeof forwardedHeadersErrors;

/** An option of `forwardedHeaders` that cannot be meant. Callers branch on `code`. */
export class ForwardedHeadersError extends Error {
  override readonly name = 'ForwardedHeadersError';
  readonly code: ForwardedHeadersErrorCode;

  constructor(code: ForwardedHeadersErrorCode, given?: unknown) {
    const sentence = forwardedHeadersErrors[code];
    super(given === undefined ? sentence : `${sentence}: ${JSON.stringify(given)}`);
    this.code = code;
  }
}
