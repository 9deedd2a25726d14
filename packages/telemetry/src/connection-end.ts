import { errorName } from './error-name.ts';

/**
 * `error.type` of a connection, by the code of the error that ended it. Codes that end only a request or a stream are
 * not in the table.
 *
 * Source: Kestrel `ConnectionEndReason`
 */
const errorTypes: Readonly<Record<string, string>> = {
  CONNECTION_RESET: 'connection_reset',
  CONNECTION_ABORTED: 'aborted_by_app',
  HTTP1_REQUEST_LINE_INVALID: 'invalid_request_line',
  HTTP1_REQUEST_LINE_TOO_LONG: 'invalid_request_line',
  HTTP1_METHOD_INVALID: 'invalid_request_line',
  HTTP1_TARGET_INVALID: 'invalid_request_line',
  HTTP1_ASTERISK_NOT_ALLOWED: 'invalid_request_line',
  HTTP1_AUTHORITY_NOT_ALLOWED: 'invalid_request_line',
  HTTP1_VERSION_INVALID: 'invalid_http_version',
  HTTP1_VERSION_NOT_SUPPORTED: 'invalid_http_version',
  HTTP1_HTTP2_PREFACE: 'invalid_http_version',
  HTTP1_TLS_ON_PLAIN_PORT: 'tls_not_supported',
  HTTP1_FIELD_SECTION_TOO_LARGE: 'max_request_headers_total_size_exceeded',
  HTTP1_TOO_MANY_FIELDS: 'max_request_header_count_exceeded',
  HTTP1_REQUEST_HEADERS_TIMEOUT: 'request_headers_timeout',
  HTTP1_REQUEST_INCOMPLETE: 'unexpected_end_of_request_content',
  HTTP1_REQUEST_BODY_TIMEOUT: 'min_request_body_data_rate',
  HTTP1_CONTENT_TOO_LARGE: 'max_request_body_size_exceeded',
  HTTP1_CHUNK_DATA_UNTERMINATED: 'invalid_body_reader_state',
  HTTP1_CHUNK_SIZE_INVALID: 'invalid_body_reader_state',
  HTTP1_CHUNK_EXTENSION_INVALID: 'invalid_body_reader_state',
  HTTP1_CHUNK_EXTENSION_TOO_LONG: 'invalid_body_reader_state',
  HTTP2_PREFACE_INVALID: 'invalid_handshake',
  HTTP2_SETTINGS_EXPECTED: 'invalid_handshake',
  HTTP2_FRAME_TOO_LARGE: 'max_frame_length_exceeded',
  HTTP2_FRAME_SIZE_INVALID: 'invalid_frame_length',
  HTTP2_PADDING_INVALID: 'invalid_data_padding',
  HTTP2_STREAM_ID_MISSING: 'invalid_stream_id',
  HTTP2_STREAM_ID_NOT_ALLOWED: 'invalid_stream_id',
  HTTP2_STREAM_ID_EVEN: 'invalid_stream_id',
  HTTP2_STREAM_ID_LOW: 'invalid_stream_id',
  HTTP2_STREAM_IDLE: 'unknown_stream',
  HTTP2_STREAM_CLOSED: 'frame_after_stream_close',
  HTTP2_HEADER_BLOCK_INTERRUPTED: 'unexpected_frame',
  HTTP2_CONTINUATION_UNEXPECTED: 'unexpected_frame',
  HTTP2_CONTINUATION_FLOOD: 'max_request_headers_total_size_exceeded',
  HTTP2_HEADER_BLOCK_TOO_LARGE: 'max_request_headers_total_size_exceeded',
  HTTP2_PUSH_PROMISE_NOT_ALLOWED: 'unexpected_frame',
  HTTP2_SETTING_INVALID: 'invalid_settings',
  HTTP2_SETTING_WINDOW_TOO_LARGE: 'invalid_settings',
  HTTP2_WINDOW_INCREMENT_ZERO: 'invalid_window_update_size',
  HTTP2_WINDOW_OVERFLOW: 'invalid_window_update_size',
  HTTP2_WINDOW_EXCEEDED: 'flow_control_window_exceeded',
  HTTP2_PRIORITY_UPDATE_INVALID: 'unexpected_frame',
  HTTP2_COMPRESSION_INVALID: 'error_reading_headers',
  HTTP2_CONTROL_FRAME_FLOOD: 'stream_reset_limit_exceeded',
  HTTP2_HEADER_BLOCK_TIMEOUT: 'request_headers_timeout',
  HTTP2_PING_TIMEOUT: 'keep_alive_timeout',
};

/** Errors of fields, framing and Host count as errors of the header section. */
const isHeaderError = (code: string): boolean => code.startsWith('HTTP1_');

/** `error.type` of a connection on which a request was refused; `undefined` if the connection continues. */
export const refusedRequestErrorType = (code: string): string | undefined =>
  errorTypes[code] ?? (isHeaderError(code) ? 'invalid_request_headers' : undefined);

/**
 * `error.type` of a connection closed by an error: a name of the vocabulary, otherwise the code or the class of the
 * error.
 */
export const closedErrorType = (error: Error): string => {
  const code = errorName(error);
  if (code.startsWith('TLS_')) return 'tls_handshake_failed';
  return errorTypes[code] ?? (isSystemError(error) ? 'io_error' : code);
};

/** An error of the operating system, e.g. `EPIPE`. */
const isSystemError = (error: Error): boolean => 'syscall' in error;
