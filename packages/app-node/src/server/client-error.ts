import type { BadHttpRequestError } from '@windhover/http';

/**
 * The codes of `node:http` for the refusals of `@windhover/http1-codec`. Frameworks choose their response by the code:
 * Fastify answers `HPE_HEADER_OVERFLOW` with 431 and `ERR_HTTP_REQUEST_TIMEOUT` with 408.
 *
 * Source: llhttp `llhttp_errno`, Node.js `_http_server.js`
 */
const codes: Readonly<Record<string, string>> = {
  HTTP1_REQUEST_LINE_INVALID: 'HPE_INVALID_METHOD',
  HTTP1_METHOD_INVALID: 'HPE_INVALID_METHOD',
  HTTP1_TARGET_INVALID: 'HPE_INVALID_URL',
  HTTP1_ASTERISK_NOT_ALLOWED: 'HPE_INVALID_URL',
  HTTP1_AUTHORITY_NOT_ALLOWED: 'HPE_INVALID_URL',
  HTTP1_VERSION_INVALID: 'HPE_INVALID_VERSION',
  HTTP1_VERSION_NOT_SUPPORTED: 'HPE_INVALID_VERSION',
  HTTP1_HTTP2_PREFACE: 'HPE_PAUSED_H2_UPGRADE',
  HTTP1_TLS_ON_PLAIN_PORT: 'HPE_INVALID_METHOD',
  HTTP1_LINE_ENDING_INVALID: 'HPE_LF_EXPECTED',
  HTTP1_REQUEST_LINE_TOO_LONG: 'HPE_HEADER_OVERFLOW',
  HTTP1_FIELD_LINE_INVALID: 'HPE_INVALID_HEADER_TOKEN',
  HTTP1_FIELD_NAME_INVALID: 'HPE_INVALID_HEADER_TOKEN',
  HTTP1_FIELD_VALUE_INVALID: 'HPE_INVALID_HEADER_TOKEN',
  HTTP1_FIELD_FOLDED: 'HPE_UNEXPECTED_SPACE',
  HTTP1_FIELD_SECTION_TOO_LARGE: 'HPE_HEADER_OVERFLOW',
  HTTP1_TOO_MANY_FIELDS: 'HPE_HEADER_OVERFLOW',
  HTTP1_CONTENT_LENGTH_INVALID: 'HPE_INVALID_CONTENT_LENGTH',
  HTTP1_CONTENT_LENGTH_DUPLICATE: 'HPE_UNEXPECTED_CONTENT_LENGTH',
  HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING: 'HPE_INVALID_TRANSFER_ENCODING',
  HTTP1_TRANSFER_ENCODING_IN_HTTP10: 'HPE_INVALID_TRANSFER_ENCODING',
  HTTP1_TRANSFER_CODING_INVALID: 'HPE_INVALID_TRANSFER_ENCODING',
  HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED: 'HPE_INVALID_TRANSFER_ENCODING',
  HTTP1_CHUNK_SIZE_INVALID: 'HPE_INVALID_CHUNK_SIZE',
  HTTP1_CHUNK_EXTENSION_INVALID: 'HPE_INVALID_CHUNK_SIZE',
  HTTP1_CHUNK_EXTENSION_TOO_LONG: 'HPE_CHUNK_EXTENSIONS_OVERFLOW',
  HTTP1_CHUNK_DATA_UNTERMINATED: 'HPE_STRICT',
  APP_NODE_REQUEST_TIMEOUT: 'ERR_HTTP_REQUEST_TIMEOUT',
  HTTP1_REQUEST_INCOMPLETE: 'HPE_INVALID_EOF_STATE',
  HTTP1_REQUEST_HEADERS_TIMEOUT: 'ERR_HTTP_REQUEST_TIMEOUT',
};

/**
 * The error of the event `clientError`: the refusal with a code of `node:http`, and the refusal as its cause.
 * `undefined` for a refusal without such a code, e.g. a missing Host, which the server answers.
 */
export const clientError = (refusal: BadHttpRequestError): Error | undefined => {
  const code = codes[refusal.code];
  if (code === undefined) return undefined;
  const error = new Error(`Parse Error: ${refusal.message}`, { cause: refusal });
  // llhttp sets `bytesParsed` and `rawPacket`; the parser here keeps neither.
  return Object.assign(error, { code, reason: refusal.message, bytesParsed: 0, rawPacket: Buffer.alloc(0) });
};
