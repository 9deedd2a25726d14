import { Buffer } from 'node:buffer';
import { ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import {
  HttpInformationalFeature,
  HttpResponseBodyFeature,
  HttpResponseTrailersFeature,
  reasonPhrases,
} from '@windhover/http';
import {
  type Data,
  type GivenHeaders,
  type RequestInternals,
  type ResponseExchange,
  type ResponseInternals,
  type Written,
  exchangeKey,
  newResponse,
  outHeadersKey,
} from './node-internals.ts';

/** A response of Node's class that writes to an exchange. */
export const nodeResponse = (request: RequestInternals, exchange: ResponseExchange): ResponseInternals => {
  const response = newResponse(request);
  response[exchangeKey] = exchange;
  response._storeHeader = storeHeader;
  response._send = send;
  response._writeRaw = writeRaw;
  response._finish = finish;
  response._flushOutput = flushOutput;
  response.assignSocket(exchange.socket as never);
  return response;
};

// The head

function storeHeader(this: ResponseInternals, statusLine: string, headers: GivenHeaders): void {
  const { response } = this[exchangeKey].context;
  response.statusCode = this.statusCode;
  if (this.statusMessage !== reasonPhrases[this.statusCode]) response.reasonPhrase = this.statusMessage;
  const isChecked = headers !== undefined && headers === this[outHeadersKey as never];
  for (const [name, value] of entriesOf(headers, isChecked)) {
    if (!isChecked) checkHeader(name, value);
    storeField(this, name, value, isChecked);
  }
  if (!this.shouldKeepAlive && this.req.httpVersionMajor === 1) response.headers.set('connection', 'close');
  // The protocol decides about the framing, and about Date and keep-alive.
  this.chunkedEncoding = false;
  this._header = `${statusLine}\r\n`;
  this._headerSent = false;
}

type Entries = Iterable<readonly [name: string, value: unknown]>;

const entriesOf = (headers: GivenHeaders, isChecked: boolean): Entries => {
  if (headers === undefined || headers === null) return [];
  if (isChecked) return Object.values(headers as Record<string, readonly [string, unknown]>);
  if (!Array.isArray(headers)) return Object.entries(headers);
  return Array.isArray(headers[0]) ? (headers as Entries) : pairsOf(headers);
};

const pairsOf = (flat: readonly unknown[]): Entries => {
  if (flat.length % 2 !== 0) {
    const error = new TypeError("The argument 'headers' is invalid: names and values must come in pairs");
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' });
  }
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] as string, flat[2 * at + 1]] as const);
};

const checkHeader = (name: string, value: unknown): void => {
  validateHeaderName(name);
  for (const each of Array.isArray(value) ? value : [value]) validateHeaderValue(name, each as string);
};

/** Fields about the connection and the framing, which the protocol writes. */
const ownedByProtocol = new Set(['connection', 'keep-alive', 'transfer-encoding']);

const storeField = (response: ResponseInternals, name: string, value: unknown, isUnique: boolean): void => {
  const key = name.toLowerCase();
  if (ownedByProtocol.has(key)) {
    if (key === 'connection' && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(String(value)))
      response.shouldKeepAlive = false;
    return;
  }
  const { headers } = response[exchangeKey].context.response;
  const lines = Array.isArray(value) ? value.map(String) : [String(value)];
  const joined = key === 'cookie' && lines.length > 1 ? [lines.join('; ')] : lines;
  if (isUnique || key === 'content-length') headers.set(name, joined);
  else for (const line of joined) headers.append(name, line);
};

// Content

function send(
  this: ResponseInternals,
  data: Data,
  encoding?: BufferEncoding | null,
  callback?: Written | null,
): boolean {
  const { context, failed } = this[exchangeKey];
  const body = context.features.require(HttpResponseBodyFeature);
  this._headerSent = true;
  let isFlowing = true;
  try {
    if (data.length > 0) isFlowing = body.write(contentOf(data, encoding));
    // `flushHeaders` sends nothing, and waits for nothing.
    else if (typeof callback !== 'function') body.start();
  } catch (error) {
    failed(error);
    return false;
  }
  if (!isFlowing) void whenDrained(this, body, callback);
  else if (typeof callback === 'function') process.nextTick(callback);
  return isFlowing;
}

/** Calls back, and lets Node's code emit `drain`, when the client takes more. */
const whenDrained = async (
  response: ResponseInternals,
  body: HttpResponseBodyFeature,
  callback: Written | null | undefined,
): Promise<void> => {
  try {
    await body.drained();
  } catch (error) {
    callback?.(error as Error);
    return;
  }
  callback?.();
  response._flush();
};

const contentOf = (data: Data, encoding: BufferEncoding | null | undefined): Data =>
  typeof data !== 'string' || encoding === 'utf8' || encoding === 'utf-8' || !encoding
    ? data
    : Buffer.from(data, encoding);

/** Nothing is ever queued in the response: `_flush` may emit `drain`. */
function flushOutput(): boolean {
  return true;
}

/** An informational response, which Node writes as text: `HTTP/1.1 103 Early Hints`, field lines, an empty line. */
function writeRaw(this: ResponseInternals, data: Data, _encoding?: unknown, callback?: Written | null): boolean {
  const { context, request } = this[exchangeKey];
  const [statusLine = '', ...lines] = String(data).split('\r\n');
  const statusCode = Number(statusLine.split(' ')[1]);
  // The protocol sends 100 (Continue) when content is asked for.
  if (statusCode === 100) request.read(0);
  else context.features.get(HttpInformationalFeature)?.sendInformational(statusCode, fieldLines(lines));
  if (typeof callback === 'function') process.nextTick(callback);
  return true;
}

const fieldLines = (lines: readonly string[]): [name: string, value: string][] =>
  lines
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });

// The end

/** Emits `prefinish`. */
const serverFinish = (ServerResponse.prototype as ResponseInternals)._finish;

function finish(this: ResponseInternals): void {
  const { context, socket, completed, failed } = this[exchangeKey];
  serverFinish.call(this);
  try {
    storeTrailers(this);
    context.features.require(HttpResponseBodyFeature).end();
  } catch (error) {
    return failed(error);
  }
  this.detachSocket(socket as never);
  completed();
}

const storeTrailers = (response: ResponseInternals): void => {
  if (response._trailer === '') return;
  const { features } = response[exchangeKey].context;
  const trailers = features.get(HttpResponseTrailersFeature)?.trailers;
  for (const [name, value] of fieldLines(response._trailer.split('\r\n'))) trailers?.append(name, value);
};
