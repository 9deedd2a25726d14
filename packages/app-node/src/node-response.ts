import { Buffer } from 'node:buffer';
import { ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import {
  type HttpFields,
  HttpInformationalFeature,
  HttpResponseTrailersFeature,
  hasListMember,
  reasonPhrases,
  trimWhitespace,
} from '@windhover/http';
import {
  type Data,
  type GivenHeaders,
  type MessageSettings,
  type RequestInternals,
  type ResponseClass,
  type ResponseExchange,
  type ResponseInternals,
  type Written,
  exchangeKey,
  namedAs,
  outHeadersKey,
  uniqueHeadersKey,
} from './node-internals.ts';
import { type ResponseHead, parseFieldLines, parseResponseHead } from './response-head.ts';
import type { SocketFacade } from './socket/socket-facade.ts';

/** A class whose objects write to an exchange. */
export const responseClass = (Base: typeof ServerResponse): ResponseClass => {
  class Response extends (Base as unknown as ResponseClass) {
    override [exchangeKey]: ResponseExchange;
    override _storeHeader = storeHeader;
    override _send = send;
    override _writeRaw = writeRaw;
    override _finish = finish;
    override _flushOutput = flushOutput;

    constructor(request: RequestInternals, options: object | undefined, exchange: ResponseExchange) {
      super(request, options, exchange);
      this[exchangeKey] = exchange;
    }
  }
  return namedAs(Base, Response);
};

/** A response of Node.js' class that writes to an exchange. */
export const nodeResponse = (
  request: RequestInternals,
  exchange: ResponseExchange,
  { Response, responseOptions }: MessageSettings,
): ResponseInternals => {
  const response = new Response(request, responseOptions, exchange);
  attach(response, exchange.socket);
  return response;
};

/** `assignSocket` without the listener that it adds to the socket: the exchange itself closes the response. */
const attach = (response: ResponseInternals, socket: SocketFacade): void => {
  socket._httpMessage = response as never;
  (response as { socket: unknown }).socket = socket;
};

/** `detachSocket` for a response that may already have lost its socket. */
export const detach = (response: ResponseInternals, socket: SocketFacade): void => {
  if ((socket._httpMessage as unknown) === response) socket._httpMessage = null;
  (response as { socket: unknown }).socket = null;
};

// The head

function storeHeader(this: ResponseInternals, statusLine: string, headers: GivenHeaders): void {
  const exchange = this[exchangeKey];
  const { head } = exchange;
  // Nothing can be sent, so the head has no effect.
  if (exchange.socket.hasLeftHttp) return void (this._header = `${statusLine}\r\n`);
  head.statusCode = this.statusCode;
  if (this.statusCode === resetContent) this._hasBody = false;
  if (this.statusMessage !== reasonPhrases[this.statusCode]) head.reasonPhrase = this.statusMessage;
  try {
    const roles = storeHeaders(this, head.headers, headers);
    exchange.isStream = isStream(this, roles);
    if (!exchange.isStream && (roles & Role.trailer) !== 0) throw trailerInvalid();
    if (this.req.httpVersionMajor === 1) storePersistence(this, exchange, roles);
  } catch (error) {
    removeHeaders(head.headers, headers);
    throw error;
  }
  // The protocol adds Date, and writes the framing.
  this.chunkedEncoding = false;
  this._header = `${statusLine}\r\n`;
  this._headerSent = false;
}

/** Its content is dropped, as Node.js drops the content of 204 and 304: it has none (RFC 9110 15.3.6). */
const resetContent = 205;
const noContent = 204;

/** The protocol writes the length of 205, and 204 has none (RFC 9110 8.6). */
const hasNoLength = (statusCode: number): boolean => statusCode === noContent || statusCode === resetContent;

/** Gives the status and the headers that a middleware has set to the rest of the pipeline. */
export const passHead = (response: ResponseInternals): void => {
  const { head } = response[exchangeKey];
  if (head.hasStarted) return;
  storeHeaders(response, head.headers, response[outHeadersKey as never]);
  if (response.statusCode !== defaultStatus) head.statusCode = response.statusCode;
};

const defaultStatus = 200;

/** Fields that determine the framing, and whether the connection persists. */
const Role = { contentLength: 1, chunked: 2, trailer: 4, connection: 8, keepAlive: 16 } as const;

/** Whether Node.js would send chunks. Source: Node.js `_http_outgoing.js`, `_storeHeader` */
const isStream = (response: ResponseInternals, roles: number): boolean => {
  if (!response._hasBody || (roles & Role.contentLength) !== 0) return false;
  if ((roles & (Role.chunked | Role.trailer)) !== 0) return true;
  return response._removedContLen || typeof response._contentLength !== 'number';
};

/**
 * Adds Connection and Keep-Alive, unless the handler has set or removed the field. The protocol replaces `keep-alive` if
 * it closes the connection.
 *
 * Source: Node.js `_http_outgoing.js`, `_storeHeader`
 */
const storePersistence = (response: ResponseInternals, { head, keepAlive }: ResponseExchange, roles: number): void => {
  const isGiven = (roles & Role.connection) !== 0;
  response._last = isGiven ? !response.shouldKeepAlive : !persists(response, keepAlive, roles);
  if (isGiven) return;
  if (response._last) {
    head.headers.set('Connection', 'close');
  } else if (keepAlive !== undefined && !response._removedConnection) {
    head.headers.append('Connection', 'keep-alive');
    if (keepAlive !== '' && (roles & Role.keepAlive) === 0) head.headers.append('Keep-Alive', keepAlive);
  }
};

/**
 * As in Node.js, a server of this package closes an HTTP/1.0 connection after content without a length of the handler, and
 * any connection after a chunked response that cannot have content.
 */
const persists = (response: ResponseInternals, keepAlive: string | undefined, roles: number): boolean =>
  response.shouldKeepAlive &&
  ((roles & Role.chunked) === 0 || (response.statusCode !== 204 && response.statusCode !== 304)) &&
  (keepAlive === undefined || response.useChunkedEncodingByDefault || (roles & Role.contentLength) !== 0);

const trailerInvalid = (): Error =>
  Object.assign(new Error('Trailers are invalid with this transfer encoding'), { code: 'ERR_HTTP_TRAILER_INVALID' });

/** @returns bits of `Role` */
const storeHeaders = (response: ResponseInternals, fields: HttpFields, headers: GivenHeaders): number => {
  if (headers === undefined || headers === null) return 0;
  let roles = 0;
  if (headers === response[outHeadersKey as never]) {
    const checked = headers as Record<string, readonly [string, unknown]>;
    // Without fields from earlier middleware, no field can occur twice.
    const isUnique = fields.size > 0;
    for (const key in checked) roles |= storeField(response, fields, key, checked[key]![0], checked[key]![1], isUnique);
  } else if (Array.isArray(headers)) {
    for (const [name, value] of pairsOf(headers)) roles |= storeGiven(response, fields, name, value, false);
  } else {
    const given = headers as Readonly<Record<string, unknown>>;
    for (const name in given) {
      if (Object.hasOwn(given, name)) roles |= storeGiven(response, fields, name, given[name], true);
    }
  }
  return roles;
};

/** Removes the headers of a refused head. */
const removeHeaders = (fields: HttpFields, headers: GivenHeaders): void => {
  const names = Array.isArray(headers) ? [...pairsOf(headers)].map(([name]) => name) : Object.keys(headers ?? {});
  for (const name of names) if (typeof name === 'string') fields.delete(name);
};

const pairsOf = (headers: readonly unknown[]): readonly (readonly [name: string, value: unknown])[] => {
  if (Array.isArray(headers[0])) return headers as readonly (readonly [string, unknown])[];
  if (headers.length % 2 !== 0) {
    const error = new TypeError("The argument 'headers' is invalid: names and values must come in pairs");
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' });
  }
  return Array.from({ length: headers.length / 2 }, (_, at) => [headers[2 * at] as string, headers[2 * at + 1]]);
};

/** Stores a header of `writeHead`, which Node.js has not checked yet. */
const storeGiven = (
  response: ResponseInternals,
  fields: HttpFields,
  name: string,
  value: unknown,
  isUnique: boolean,
): number => {
  const key = checkedKey(name);
  if (!Array.isArray(value)) validateHeaderValue(name, value as string);
  else for (const each of value) validateHeaderValue(name, each as string);
  return storeField(response, fields, key, name, value, isUnique);
};

/** Checked names as spelled, with their lower-case form. Applications use a few dozen. */
const checkedNames = new Map<string, string>();
const mostCheckedNames = 1024;

/** Checks a name. @returns the name in lower case @throws TypeError `ERR_INVALID_HTTP_TOKEN` */
const checkedKey = (name: string): string => {
  const known = checkedNames.get(name);
  if (known !== undefined) return known;
  validateHeaderName(name);
  const key = name.toLowerCase();
  if (checkedNames.size < mostCheckedNames && name.length <= 64) checkedNames.set(name, key);
  return key;
};

/** @returns a bit of `Role`, or 0 */
const storeField = (
  response: ResponseInternals,
  fields: HttpFields,
  key: string,
  name: string,
  value: unknown,
  isUnique: boolean,
): number => {
  if (key === 'content-length' && hasNoLength(response.statusCode)) return 0;
  if (key === 'transfer-encoding') return /chunked/i.test(String(value)) ? Role.chunked : 0;
  // HTTP/2 has no Connection field.
  if (key === 'connection' && response.req.httpVersionMajor !== 1) return 0;
  if (!Array.isArray(value)) {
    // Spaces around a value are not part of it (RFC 9110 5.5); Node.js would send them.
    const text = trimWhitespace(String(value));
    if (isUnique || key === 'content-length') fields.set(name, text);
    else fields.append(name, text);
  } else if (isJoined(response, key)) {
    fields.set(name, value.join('; '));
  } else {
    if (isUnique) fields.delete(name);
    for (const line of value) fields.append(name, trimWhitespace(String(line)));
  }
  if (key === 'content-length') {
    response._contentLength = Number(value);
    return Role.contentLength;
  }
  return otherRole(response, key, value);
};

const otherRole = (response: ResponseInternals, key: string, value: unknown): number => {
  switch (key) {
    case 'trailer':
      return Role.trailer;
    case 'keep-alive':
      return Role.keepAlive;
    case 'connection':
      response.shouldKeepAlive = !hasListMember(String(value), 'close');
      return Role.connection;
    default:
      return 0;
  }
};

/** Whether an array becomes one line. */
const isJoined = (response: ResponseInternals, key: string): boolean =>
  key === 'cookie' || (response[uniqueHeadersKey() as never] as ReadonlySet<string> | undefined)?.has(key) === true;

// Content

function send(
  this: ResponseInternals,
  data: Data,
  encoding?: BufferEncoding | null,
  callback?: Written | null,
): boolean {
  const exchange = this[exchangeKey];
  const { body, socket } = exchange;
  this._headerSent = true;
  if (socket.destroyed || socket.isEnding) return false;
  if (socket.hasLeftHttp) {
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  }
  socket.active();
  let isFlowing = true;
  try {
    if (exchange.isStream) body.start();
    if (data.length > 0) isFlowing = body.write(contentOf(data, encoding));
    // `flushHeaders` sends nothing and needs no wait.
    else if (typeof callback !== 'function') body.start();
  } catch (error) {
    exchange.failed(error);
    return false;
  }
  if (typeof callback !== 'function') return isFlowing;
  const size = data.length === 0 ? 0 : data.length + (exchange.isStream ? chunkFraming(data.length) : 0);
  socket.queued += size;
  isFlowing &&= socket.queued < socket.writableHighWaterMark;
  process.nextTick(dequeue, socket, size, isFlowing ? callback : () => void whenDrained(this, callback));
  return isFlowing;
}

/** Bytes around the data of a chunk: the size in hexadecimal digits, and two line endings. */
const chunkFraming = (size: number): number => size.toString(16).length + 4;

/** Called when the content of a turn has been passed to the connection. */
const dequeue = (socket: SocketFacade, size: number, next: () => void): void => {
  socket.queued -= size;
  next();
};

/**
 * Lets Node.js emit `drain`, and calls back, when the client reads more. A client that has disconnected reads nothing more:
 * request and response close, also after the end of the response.
 */
const whenDrained = async (response: ResponseInternals, callback: Written): Promise<void> => {
  const exchange = response[exchangeKey];
  try {
    await exchange.body.drained();
  } catch (error) {
    callback(error as Error);
    exchange.gone();
    return;
  }
  response._flush();
  callback();
};

const contentOf = (data: Data, encoding: BufferEncoding | null | undefined): Data =>
  typeof data !== 'string' || encoding === 'utf8' || encoding === 'utf-8' || !encoding
    ? data
    : Buffer.from(data, encoding);

/** The response never queues anything: `_flush` may emit `drain`. */
function flushOutput(): boolean {
  return true;
}

/**
 * Sends an informational response, which Node.js writes as text: `HTTP/1.1 103 Early Hints`, field lines, an empty
 * line.
 */
function writeRaw(
  this: ResponseInternals,
  data: Data,
  encoding?: BufferEncoding | Written | null,
  callback?: Written | null,
): boolean {
  const exchange = this[exchangeKey];
  exchange.informational += String(data);
  const response = parseResponseHead(exchange.informational);
  if (response !== undefined) {
    exchange.informational = '';
    sendInformational(exchange, response);
  }
  const written = typeof encoding === 'function' ? encoding : callback;
  if (typeof written === 'function') process.nextTick(written);
  return true;
}

const sendInformational = ({ features, request }: ResponseExchange, { status, fields }: ResponseHead): void => {
  // The protocol sends 100 (Continue) when content is read.
  if (status !== 100) features.get(HttpInformationalFeature)?.sendInformational(status, fields);
  else if (request.receivedContent !== undefined) request.read(0);
};

// The end

/** Emits `prefinish`. */
const serverFinish = (ServerResponse.prototype as ResponseInternals)._finish;

function finish(this: ResponseInternals): void {
  const exchange = this[exchangeKey];
  if (exchange.socket.isEnding) return;
  serverFinish.call(this);
  if (exchange.socket.destroyed) return;
  // The connection closes after bytes that the handler has written on the socket, and the exchange with it.
  if (exchange.socket.hasLeftHttp) return void exchange.socket.end();
  try {
    if (this._trailer !== '') storeTrailers(this);
    exchange.body.end();
  } catch (error) {
    return exchange.failed(error);
  }
  exchange.completed();
}

/** HTTP/1.1 sends trailers only after chunks, as in Node.js. */
const storeTrailers = (response: ResponseInternals): void => {
  const { features } = response[exchangeKey];
  if (response.req.httpVersionMajor === 1 && !response[exchangeKey].isStream) return;
  const trailers = features.get(HttpResponseTrailersFeature)?.trailers;
  for (const [name, value] of parseFieldLines(response._trailer)) trailers?.append(name, value);
};
