import { ErrorCode } from './error-code.ts';

/** One violation: its scope, the error code that the peer receives, and the rule. */
export interface Http2ErrorSpec {
  /** `connection`: GOAWAY, then close. `stream`: RST_STREAM, and the connection continues. */
  readonly scope: 'connection' | 'stream';
  readonly errorCode: keyof typeof ErrorCode;
  readonly source: string;
  readonly message: string;
}

/** Violations that affect the whole connection: frames, their order, the compression state (RFC 9113 5.4.1). */
const connectionErrors = {
  HTTP2_PREFACE_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 3.4',
    message: 'the connection does not begin with the client connection preface',
  },
  HTTP2_SETTINGS_EXPECTED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 3.4',
    message: 'the first frame is not SETTINGS',
  },
  HTTP2_FRAME_TOO_LARGE: {
    errorCode: 'FRAME_SIZE_ERROR',
    source: 'RFC 9113 4.2',
    message: 'a frame is larger than maxFrameSize',
  },
  HTTP2_FRAME_SIZE_INVALID: {
    errorCode: 'FRAME_SIZE_ERROR',
    source: 'RFC 9113 4.2',
    message: 'a frame is too short or too long for its type',
  },
  HTTP2_PADDING_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.1',
    message: 'the padding is as long as the frame payload, or longer',
  },
  HTTP2_STREAM_ID_MISSING: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6',
    message: 'a frame that belongs to a stream is on stream 0',
  },
  HTTP2_STREAM_ID_NOT_ALLOWED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6',
    message: 'a frame that belongs to the connection is on a stream',
  },
  HTTP2_STREAM_ID_EVEN: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 5.1.1',
    message: 'a client has used an even stream identifier',
  },
  HTTP2_STREAM_ID_LOW: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 5.1.1',
    message: 'a new stream has a lower identifier than one before it',
  },
  HTTP2_STREAM_IDLE: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 5.1',
    message: 'a frame is on a stream that is idle',
  },
  HTTP2_STREAM_CLOSED: {
    errorCode: 'STREAM_CLOSED',
    source: 'RFC 9113 5.1',
    message: 'a frame is on a stream that its sender has closed',
  },
  HTTP2_HEADER_BLOCK_INTERRUPTED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.2',
    message: 'a frame other than CONTINUATION of the same stream is inside a header block',
  },
  HTTP2_CONTINUATION_UNEXPECTED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.10',
    message: 'CONTINUATION outside of a header block',
  },
  HTTP2_CONTINUATION_FLOOD: {
    errorCode: 'ENHANCE_YOUR_CALM',
    source: 'RFC 9113 10.5',
    message: 'a header block is cut into too many CONTINUATION frames',
  },
  HTTP2_HEADER_BLOCK_TOO_LARGE: {
    errorCode: 'ENHANCE_YOUR_CALM',
    source: 'RFC 9113 10.5.1',
    message: 'a header list, or its compressed form, is more than twice as long as maxRequestHeadersTotalSize',
  },
  HTTP2_PUSH_PROMISE_NOT_ALLOWED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.4',
    message: 'a client has sent PUSH_PROMISE',
  },
  HTTP2_SETTING_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.5.2',
    message: 'a setting has a value outside of its range',
  },
  HTTP2_SETTING_WINDOW_TOO_LARGE: {
    errorCode: 'FLOW_CONTROL_ERROR',
    source: 'RFC 9113 6.5.2',
    message: 'SETTINGS_INITIAL_WINDOW_SIZE, or a stream window that results from it, is above 2^31-1',
  },
  HTTP2_WINDOW_INCREMENT_ZERO: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.9',
    message: 'WINDOW_UPDATE of the connection has an increment of 0',
  },
  HTTP2_WINDOW_OVERFLOW: {
    errorCode: 'FLOW_CONTROL_ERROR',
    source: 'RFC 9113 6.9.1',
    message: 'WINDOW_UPDATE makes the window of the connection larger than 2^31-1',
  },
  HTTP2_WINDOW_EXCEEDED: {
    errorCode: 'FLOW_CONTROL_ERROR',
    source: 'RFC 9113 6.9.1',
    message: 'DATA is longer than the window of the connection allows',
  },
  HTTP2_PRIORITY_UPDATE_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9218 7.1',
    message: 'PRIORITY_UPDATE names stream 0 or a stream that a client cannot open',
  },
  HTTP2_COMPRESSION_INVALID: {
    errorCode: 'COMPRESSION_ERROR',
    source: 'RFC 9113 4.3',
    message: 'a header block cannot be decoded (RFC 7541)',
  },
  HTTP2_CONTROL_FRAME_FLOOD: {
    errorCode: 'ENHANCE_YOUR_CALM',
    source: 'RFC 9113 10.5',
    message: 'too many frames that cost work and carry nothing, or too many refused streams',
  },
  HTTP2_HEADER_BLOCK_TIMEOUT: {
    errorCode: 'ENHANCE_YOUR_CALM',
    source: 'RFC 9113 10.5',
    message: 'a header block was not complete within requestHeadersTimeout',
  },
  HTTP2_PING_TIMEOUT: {
    errorCode: 'NO_ERROR',
    source: 'RFC 9113 6.7',
    message: 'the client has not answered a PING within keepAlivePingTimeout',
  },
} as const satisfies Record<`HTTP2_${string}`, Omit<Http2ErrorSpec, 'scope'>>;

/** Violations of one request: its stream is reset, other streams continue (RFC 9113 5.4.2). */
const streamErrors = {
  HTTP2_FIELD_NAME_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.2.1',
    message: 'a field name is empty, has a capital letter, or is not a token',
  },
  HTTP2_FIELD_VALUE_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.2.1',
    message: 'a field value has a control character, or whitespace at its start or end',
  },
  HTTP2_FIELD_CONNECTION_SPECIFIC: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.2.2',
    message: 'a field of HTTP/1.1 connections, or TE with another value than trailers',
  },
  HTTP2_PSEUDO_HEADER_UNKNOWN: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3',
    message: 'a pseudo-header field that requests do not have',
  },
  HTTP2_PSEUDO_HEADER_DUPLICATE: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3',
    message: 'a pseudo-header field appears twice',
  },
  HTTP2_PSEUDO_HEADER_LATE: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3',
    message: 'a pseudo-header field follows a regular field, or is in trailers',
  },
  HTTP2_PSEUDO_HEADER_MISSING: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3.1',
    message: 'a request without :method, :scheme or :path, or CONNECT without :authority',
  },
  HTTP2_PSEUDO_HEADER_NOT_ALLOWED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.5',
    message: 'CONNECT with :scheme or :path, or :protocol without CONNECT',
  },
  HTTP2_METHOD_INVALID: { errorCode: 'PROTOCOL_ERROR', source: 'RFC 9110 9.1', message: ':method is not a token' },
  HTTP2_SCHEME_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3.1',
    message: ':scheme is not a scheme, or not the scheme of the connection',
  },
  HTTP2_PATH_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3.1',
    message: ':path is not a path, has %00 before its query, or is * without OPTIONS',
  },
  HTTP2_AUTHORITY_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3.1',
    message: ':authority or Host is not a host with an optional port',
  },
  HTTP2_HOST_MISMATCH: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.3.1',
    message: 'more than one Host, or a Host that is not the :authority',
  },
  HTTP2_CONTENT_LENGTH_INVALID: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9110 8.6',
    message: 'a Content-Length is not a decimal number, or there are two',
  },
  HTTP2_CONTENT_LENGTH_MISMATCH: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.1.1',
    message: 'the length of the content differs from its Content-Length',
  },
  HTTP2_REQUEST_INCOMPLETE: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.1',
    message: 'the client has ended the connection before the end of the request',
  },
  HTTP2_TRAILERS_WITHOUT_END: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.1',
    message: 'trailers without END_STREAM',
  },
  HTTP2_TRAILERS_TOO_LARGE: {
    errorCode: 'ENHANCE_YOUR_CALM',
    source: 'RFC 9113 10.5.1',
    message: 'the trailer section is longer than the limits of header sections',
  },
  HTTP2_TRAILER_NOT_ALLOWED: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9110 6.5.1',
    message: 'a trailer field that controls framing, routing or authentication',
  },
  HTTP2_TUNNEL_HEADERS: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 8.5',
    message: 'HEADERS on a stream that CONNECT has made a tunnel',
  },
  HTTP2_STREAM_HALF_CLOSED: {
    errorCode: 'STREAM_CLOSED',
    source: 'RFC 9113 5.1',
    message: 'DATA or HEADERS after END_STREAM',
  },
  HTTP2_STREAM_REFUSED: {
    errorCode: 'REFUSED_STREAM',
    source: 'RFC 9113 5.1.2',
    message: 'more open streams, or handlers of closed streams, than maxStreamsPerConnection allows',
  },
  HTTP2_STREAM_WINDOW_INCREMENT_ZERO: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 9113 6.9',
    message: 'WINDOW_UPDATE of a stream has an increment of 0',
  },
  HTTP2_STREAM_WINDOW_OVERFLOW: {
    errorCode: 'FLOW_CONTROL_ERROR',
    source: 'RFC 9113 6.9.1',
    message: 'WINDOW_UPDATE makes the window of a stream larger than 2^31-1',
  },
  HTTP2_STREAM_WINDOW_EXCEEDED: {
    errorCode: 'FLOW_CONTROL_ERROR',
    source: 'RFC 9113 6.9.1',
    message: 'DATA is longer than the window of its stream allows',
  },
  HTTP2_STREAM_PRIORITY_SIZE: {
    errorCode: 'FRAME_SIZE_ERROR',
    source: 'RFC 9113 6.3',
    message: 'a PRIORITY frame is not 5 bytes long',
  },
  HTTP2_STREAM_DEPENDS_ON_ITSELF: {
    errorCode: 'PROTOCOL_ERROR',
    source: 'RFC 7540 5.3.1',
    message: 'the priority of a stream names the stream itself',
  },
} as const satisfies Record<`HTTP2_${string}`, Omit<Http2ErrorSpec, 'scope'>>;

export type Http2ConnectionErrorCode = keyof typeof connectionErrors;
export type Http2StreamErrorCode = keyof typeof streamErrors;
export type Http2ErrorCode = Http2ConnectionErrorCode | Http2StreamErrorCode;

const scoped = <T extends Record<string, Omit<Http2ErrorSpec, 'scope'>>>(
  errors: T,
  scope: Http2ErrorSpec['scope'],
): [keyof T, Http2ErrorSpec][] => Object.entries(errors).map(([code, spec]) => [code, { scope, ...spec }]);

/** Every violation by its code, connection errors first. */
export const http2Errors: Readonly<Record<Http2ErrorCode, Http2ErrorSpec>> = Object.fromEntries<Http2ErrorSpec>([
  ...scoped(connectionErrors, 'connection'),
  ...scoped(streamErrors, 'stream'),
]) as Record<Http2ErrorCode, Http2ErrorSpec>;

/** The peer broke a rule of RFC 9113 or RFC 7541. The message contains no bytes from the peer, so it is safe to log. */
export class Http2Error extends Error {
  override readonly name = 'Http2Error';
  readonly code: Http2ErrorCode;
  /** The code for RST_STREAM or GOAWAY. */
  readonly errorCode: ErrorCode;
  /** Whether the whole connection ends, not only one stream. */
  readonly isConnectionError: boolean;

  /** @param detail how the rule was broken, in a few words */
  constructor(code: Http2ErrorCode, detail?: string, options?: ErrorOptions) {
    const { scope, errorCode, source, message } = http2Errors[code];
    super(`${message}${detail === undefined ? '' : `: ${detail}`} (${source})`, options);
    this.code = code;
    this.errorCode = ErrorCode[errorCode];
    this.isConnectionError = scope === 'connection';
  }
}
