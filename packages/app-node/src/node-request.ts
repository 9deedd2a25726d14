import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpMinRequestBodyDataRateFeature,
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpRequestTrailersFeature,
  type MinDataRate,
  hasListMember,
  isBadRequest,
  isRequestAborted,
  pathStart,
  targetParts,
} from '@windhover/http';
import {
  type MessageSettings,
  type ReceivedContent,
  type RequestClass,
  type RequestInternals,
  namedAs,
} from './node-internals.ts';
import type { SocketFacade } from './socket/socket-facade.ts';

/** The exchange that a request belongs to. */
export interface RequestExchange {
  readonly features: FeatureCollection;
  readonly socket: SocketFacade;
  /** Called when the content is malformed or ends early: the client cannot send another request on this connection. */
  broken(error: Error): void;
  /** Called when the content cannot be read, and no listener of the request answers. */
  unhandled(error: unknown): void;
  /** Called when the client has to send more content before the handler can read it, and when it has. */
  contentAwaited(isAwaited: boolean): void;
}

/** A class whose objects have a request that an exchange fills. */
export const requestClass = (Base: typeof IncomingMessage): RequestClass => {
  class Request extends (Base as unknown as RequestClass) {
    override receivedContent: ReceivedContent | undefined = undefined;
    override _read = readNothing;
  }
  return namedAs(Base, Request);
};

/** A request of Node.js' class that reads from an exchange. */
export const nodeRequest = (exchange: RequestExchange, settings: MessageSettings): RequestInternals => {
  const { features, socket } = exchange;
  const received = features.require(HttpRequestFeature);
  const request = new settings.Request(socket);
  if (settings.joinsHeaders) request.joinDuplicateHeaders = true;
  setHead(request, received);
  const body = features.get(HttpRequestBodyFeature);
  if (body !== undefined && body.canHaveBody) {
    const content = new RequestContent(request, body, exchange);
    request.receivedContent = content;
    request._read = () => content.read();
  }
  return request;
};

/** Gives a request its method, target, version and fields. */
export const setHead = (request: RequestInternals, received: HttpRequestFeature): void => {
  request.method = received.method;
  setVersion(request, received.protocol);
  request.url = received.rawTarget;
  if (received.pathBase !== '') mount(request, received.pathBase);
  const fields = received.headers.lines();
  const lines = request.httpVersionMajor === 1 ? fields : [...pseudoHeaders(received), ...fields];
  request._addHeaderLines(lines, lines.length);
};

/** `_read` of requests without content, which are rarely read: their stream ends when it is read. */
function readNothing(this: RequestInternals): void {
  this._readableState.readingMore = false;
  this._consuming = true;
  this.push(null);
}

const setVersion = (request: RequestInternals, protocol: string): void => {
  const isHttp1 = protocol.startsWith('HTTP/1.');
  const minor = protocol === 'HTTP/1.1' ? 1 : 0;
  const major = isHttp1 ? 1 : 2;
  request.httpVersionMajor = major;
  request.httpVersionMinor = minor;
  request.httpVersion = protocol === 'HTTP/1.1' ? '1.1' : `${major}.${minor}`;
};

/**
 * The pseudo-header fields before the other fields, as in `http2.Http2ServerRequest`. The authority is also the field
 * `host`.
 */
const pseudoHeaders = ({ method, scheme, rawTarget: target, headers }: HttpRequestFeature): string[] => {
  const authority = headers.get('host');
  const lines = [':method', method, ':scheme', scheme, ':path', target];
  return authority === undefined ? lines : [...lines, ':authority', authority];
};

/**
 * Below a path base, `url` begins after it and `originalUrl` includes it, as in Connect and Express. The target may have
 * the path base percent-encoded, or be in absolute form.
 */
const mount = (request: RequestInternals, pathBase: string): void => {
  const url = request.url!;
  const start = pathStart(url);
  const end = start === -1 ? -1 : endOfSegments(url, start, pathBase.split('/').length - 1);
  if (end === -1 || targetParts(url.slice(start, end)).path.toLowerCase() !== pathBase.toLowerCase()) return;
  request.originalUrl = url;
  const rest = url.slice(end);
  request.url = url.slice(0, start) + (rest.startsWith('/') ? rest : `/${rest}`);
};

/** The offset after a number of path segments; -1 if the path has fewer. */
const endOfSegments = (url: string, start: number, count: number): number => {
  const query = url.indexOf('?', start);
  const pathEnd = query === -1 ? url.length : query;
  let end = start;
  for (let segment = 0; segment < count; segment++) {
    if (end >= pathEnd) return -1;
    const next = url.indexOf('/', end + 1);
    end = next === -1 || next > pathEnd ? pathEnd : next;
  }
  return end;
};

/** Pulls the content of a request into Node.js' stream, one piece per `_read`. */
class RequestContent implements ReceivedContent {
  readonly #request: RequestInternals;
  readonly #body: HttpRequestBodyFeature;
  readonly #exchange: RequestExchange;
  isReading = false;
  /** The minimum data rate while content is read before the handler reads it. */
  #ahead: { readonly rate: MinDataRate | null } | undefined;

  constructor(request: RequestInternals, body: HttpRequestBodyFeature, exchange: RequestExchange) {
    this.#request = request;
    this.#body = body;
    this.#exchange = exchange;
  }

  read(): void {
    const request = this.#request;
    request._readableState.readingMore = false;
    request._consuming = true;
    this.#endAhead();
    if (!this.isReading && !request.complete) this.#take();
  }

  /** The client may take its time until the handler reads: then the minimum data rate applies. */
  readAhead(): void {
    const { features } = this.#exchange;
    // A client that waits for 100 (Continue) gets it when the handler reads.
    if (this.isReading || this.#request._consuming || features.require(HttpRequestFeature).headers.has('expect'))
      return;
    const rates = features.get(HttpMinRequestBodyDataRateFeature);
    this.#ahead = { rate: rates?.minRequestBodyDataRate ?? null };
    if (rates !== undefined) rates.minRequestBodyDataRate = null;
    this.#takeAhead();
  }

  #endAhead(): void {
    if (this.#ahead === undefined) return;
    const rates = this.#exchange.features.get(HttpMinRequestBodyDataRateFeature);
    if (rates !== undefined) rates.minRequestBodyDataRate = this.#ahead.rate;
    this.#ahead = undefined;
  }

  #takeAhead(): void {
    const request = this.#request;
    while (this.#ahead !== undefined && !this.isReading && !request.complete && !request.destroyed) {
      if (request.readableLength >= request.readableHighWaterMark) return;
      this.#take();
    }
  }

  #take(): void {
    this.isReading = true;
    try {
      const piece = this.#body.read();
      if (piece instanceof Promise) {
        piece.then(this.#receivedLater, this.#failed);
        this.#exchange.contentAwaited(true);
      } else this.#received(piece);
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #receivedLater = (piece: Uint8Array | undefined): void => {
    this.#received(piece);
    this.#takeAhead();
  };

  #received(piece: Uint8Array | undefined): void {
    this.isReading = false;
    this.#exchange.contentAwaited(false);
    this.#exchange.socket.active();
    if (piece === undefined) this.#end();
    else if (!this.#request.destroyed)
      this.#request.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  }

  #end(): void {
    const request = this.#request;
    request.complete = true;
    const lines = this.#exchange.features.get(HttpRequestTrailersFeature)?.trailers.lines() ?? [];
    request._addHeaderLines(lines, lines.length);
    request.push(null);
  }

  /**
   * Content over a limit fails the stream with an error whose `status` is the status of the response, and the handler
   * can answer. Malformed content ends the exchange, as in Node.js.
   */
  readonly #failed = (error: unknown): void => {
    const request = this.#request;
    // The client has disconnected: the exchange closes request and response.
    if (request.destroyed || isRequestAborted(error)) return;
    if (isBadRequest(error) && error.status === 400) return this.#exchange.broken(error);
    request._destroy = (reason, callback) => {
      request.aborted = true;
      // As in Node.js, an error without a listener does not end anything, e.g. of content that the handler has not
      // read.
      process.nextTick(() => {
        const isHandled = request.listenerCount('error') > 0;
        if (!isHandled) this.#exchange.unhandled(error);
        callback(isHandled ? reason : null);
      });
    };
    request.destroy(error as Error);
  };
}

/** Whether the request allows reusing the connection (RFC 9112 9.3). */
export const allowsKeepAlive = ({ httpVersionMinor, rawHeaders }: RequestInternals): boolean => {
  let allows = httpVersionMinor === 1;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length !== 10 || rawHeaders[at]!.toLowerCase() !== 'connection') continue;
    if (hasListMember(rawHeaders[at + 1]!, 'close')) return false;
    if (hasListMember(rawHeaders[at + 1]!, 'keep-alive')) allows = true;
  }
  return allows;
};

/** Whether the client may wait for 100 (Continue). A client of HTTP/1.0 does not (RFC 9110 10.1.1). */
export const expectsContinue = ({ httpVersion, rawHeaders }: IncomingMessage): boolean => {
  if (httpVersion !== '1.1') return false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length !== 6 || rawHeaders[at]!.toLowerCase() !== 'expect') continue;
    if (rawHeaders[at + 1]!.toLowerCase() === '100-continue') return true;
  }
  return false;
};
