import { BadHttpRequestError } from '@windhover/http';

/** Requests that are answered with an error status; the connection and its other streams continue. */
export const http2Refusals = {
  HTTP2_HEADERS_TOO_LARGE: {
    status: 431,
    source: 'RFC 6585 5',
    message:
      'the header list breaks maxRequestHeadersTotalSize, maxRequestHeaderCount or http2.maxRequestHeaderFieldSize',
  },
  HTTP2_TARGET_TOO_LONG: {
    status: 414,
    source: 'RFC 9110 15.5.15',
    message: 'the pseudo-header fields are longer than maxRequestLineSize',
  },
  HTTP2_CONTENT_TOO_LARGE: {
    status: 413,
    source: 'RFC 9110 15.5.14',
    message: 'the content is longer than maxRequestBodySize',
  },
  HTTP2_CONNECT_NOT_IMPLEMENTED: {
    status: 501,
    source: 'RFC 9110 9.3.6',
    message: 'a CONNECT request, and the handler opened no tunnel: a 2xx response without one would mislead the client',
  },
  HTTP2_EXPECTATION_FAILED: {
    status: 417,
    source: 'RFC 9110 10.1.1',
    message: 'an expectation other than 100-continue',
  },
  HTTP2_REQUEST_BODY_TIMEOUT: {
    status: 408,
    source: 'RFC 9110 15.5.9',
    message: 'the content arrived slower than minRequestBodyDataRate',
  },
} as const satisfies Record<`HTTP2_${string}`, { status: number; source: string; message: string }>;

export type Http2RefusalCode = keyof typeof http2Refusals;

/** A request that is refused with a status. */
export class Http2RefusalError extends BadHttpRequestError {
  override readonly name = 'Http2RefusalError';
  declare readonly code: Http2RefusalCode;

  constructor(code: Http2RefusalCode) {
    const { status, source, message } = http2Refusals[code];
    super(code, status, `${message} (${source})`);
  }
}
