import { receivedText } from '@windhover/http';

/** Every code of a `ForwardedHeadersError`, with the beginning of its message. */
export const forwardedHeadersErrors = {
  FORWARDED_HEADERS_NO_PROXIES: 'trustedProxies is empty, so forwarded values would never be used; list your proxies',
  FORWARDED_HEADERS_PROXY_INVALID:
    'a trusted proxy must be an address, a network without bits after its prefix ("10.0.0.0/8"), or one of loopback, private, unix, pipe and memory',
  FORWARDED_HEADERS_FORMAT_INVALID: 'format must be "x-forwarded" or "forwarded"',
  FORWARDED_HEADERS_HEADERS_INVALID: 'headers must have one or more of for, proto, host and prefix, each once',
  FORWARDED_HEADERS_PREFIX_UNSUPPORTED:
    'Forwarded has no prefix; remove "prefix" from headers, or use format: "x-forwarded"',
  FORWARDED_HEADERS_LIMIT_INVALID:
    'forwardLimit, the number of proxies in front of the server, must be an integer from 1 to 100',
  FORWARDED_HEADERS_LIMIT_WITHOUT_FOR:
    'a forwardLimit above 1 needs "for" in headers, because that field names the next proxy',
  FORWARDED_HEADERS_NO_HOSTS: '"host" in headers needs allowedHosts; list the hosts, or "*" for all',
  FORWARDED_HEADERS_HOST_INVALID:
    'an allowed host must be "*", "*.example.com", a name in ASCII, an IPv4 address or an IPv6 address in brackets, without a port',
} as const satisfies Record<`FORWARDED_HEADERS_${string}`, string>;

export type ForwardedHeadersErrorCode = keyof typeof forwardedHeadersErrors;

/** An invalid option of `forwardedHeaders`. Branch on `code`. */
export class ForwardedHeadersError extends Error {
  override readonly name = 'ForwardedHeadersError';
  readonly code: ForwardedHeadersErrorCode;

  constructor(code: ForwardedHeadersErrorCode, given?: unknown) {
    const sentence = forwardedHeadersErrors[code];
    super(given === undefined ? sentence : `${sentence}; received ${receivedText(given)}`);
    this.code = code;
  }
}
