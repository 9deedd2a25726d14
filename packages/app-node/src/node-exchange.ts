import type { ServerResponse } from 'node:http';
import type { FeatureCollection } from '@windhover/features';
import {
  BadHttpRequestError,
  type HttpContext,
  HttpEventsFeature,
  HttpHalfCloseFeature,
  HttpOutcomeFeature,
  HttpRequestLifetimeFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  type RequestDelegate,
  longestTimer,
} from '@windhover/http';
import type { ExchangeSettings } from './exchange-settings.ts';
import type { NextFunction, NodeHandler } from './node-handler.ts';
import {
  type RequestInternals,
  type ResponseExchange,
  type ResponseInternals,
  detachAbortSignalKey,
  exchangeKey,
  uniqueHeadersKey,
} from './node-internals.ts';
import { allowsKeepAlive, expectsContinue, nodeRequest } from './node-request.ts';
import { detach, nodeResponse, passHead } from './node-response.ts';
import type { SocketFacade } from './socket/socket-facade.ts';

/** The rest of the pipeline, and the context that it continues with. */
interface Pipeline {
  readonly next: RequestDelegate | undefined;
  readonly context: HttpContext;
}

/** One request and its response in a node handler. */
export class NodeExchange implements ResponseExchange {
  readonly features: FeatureCollection;
  readonly socket: SocketFacade;
  readonly request: RequestInternals;
  readonly head: HttpResponseFeature;
  readonly body: HttpResponseBodyFeature;
  isStream = false;
  informational = '';
  readonly #response: ResponseInternals;
  readonly #settings: ExchangeSettings;
  readonly #rest: Pipeline | undefined;
  #isSettled = false;
  /** Whether the content of the request is malformed or incomplete. */
  #isBroken = false;
  /** Whether the response is complete and the handler still reads the request. */
  #isFinished = false;
  /** Whether a read of the handler waits for the client. */
  #isContentAwaited = false;
  /** The run of the rest of the pipeline, once the handler has called `next`. */
  #restRun: Promise<void> | undefined;
  #error: unknown;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(features: FeatureCollection, socket: SocketFacade, settings: ExchangeSettings, rest?: Pipeline) {
    this.features = features;
    this.#settings = settings;
    this.#rest = rest;
    this.head = features.require(HttpResponseFeature);
    this.body = features.require(HttpResponseBodyFeature);
    this.socket = socket;
    this.request = nodeRequest(this, settings);
    this.#response = nodeResponse(this.request, this, settings);
    if (settings.uniqueHeaders !== undefined) {
      this.#response[uniqueHeadersKey() as never] = settings.uniqueHeaders as never;
    }
    if (this.request.httpVersionMajor === 1) this.#response.shouldKeepAlive = allowsKeepAlive(this.request);
    if (this.request.receivedContent !== undefined) this.#response._expect_continue = expectsContinue(this.request);
    this.#response.on('finish', afterFinish);
  }

  get keepAlive(): string | undefined {
    return this.#settings.keepAlive;
  }

  run(handler: NodeHandler): void | Promise<void> {
    const returned = this.#call(handler);
    // In Node.js a message is complete after the handler has returned.
    if (this.request.receivedContent === undefined) this.request.complete = true;
    if (returned instanceof Promise) returned.catch((error: unknown) => this.failed(error));
    // A request that is already aborted settles here.
    if (!this.#isSettled) this.#watchClient();
    if (this.#settings.contentError !== undefined && !this.#response.finished)
      this.request.receivedContent?.readAhead();
    if (this.#isSettled) {
      if (this.#error !== undefined) throw this.#error;
      return this.#restRun;
    }
    if (this.#settings.requestTimeout > 0 && !this.request.complete) this.#limitContent();
    return new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #call(handler: NodeHandler): unknown {
    try {
      return handler(this.request, this.#response, this.#next());
    } catch (error) {
      return this.failed(error);
    }
  }

  completed(): void {
    if (!this.request.complete && this.request.receivedContent !== undefined)
      this.#response.once('finish', () => this.#finished());
    else this.#settle();
  }

  /** Called when the response is complete. The handler may still read the request; the exchange lasts until it has. */
  #finished(): void {
    if (!isBeingRead(this.request)) return this.#settle();
    this.#isFinished = true;
    this.request.once('close', () => this.#settle());
    this.contentAwaited(this.#isContentAwaited);
  }

  /** If the connection ends with the response, the handler reads what has arrived, as in Node.js, but no more. */
  contentAwaited(isAwaited: boolean): void {
    this.#isContentAwaited = isAwaited;
    // The client has received 100 (Continue), or has sent content without waiting for it.
    this.#response._sent100 = true;
    if (isAwaited && this.#isFinished && this.#response._last) this.request.destroy(abortedError());
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#resolve?.();
  }

  failed(error: unknown): void {
    const failure = error ?? new Error('The handler failed without an error');
    // An error after the response is complete is only reported.
    if (this.#isSettled) {
      this.features.get(HttpEventsFeature)?.applicationError(failure, this.features);
      return;
    }
    this.#isSettled = true;
    this.#error = failure;
    this.#leave();
    process.nextTick(closeQuietly, this.request, this.#response);
    this.#reject?.(failure);
  }

  /** Source: Node.js `_http_server.js`, `socketOnError` */
  broken(error: Error): void {
    this.#isBroken = true;
    if (!this.#response.finished && this.#settings.contentError?.(error, this.socket) === true) return;
    this.unhandled(error);
    this.#close();
  }

  unhandled(error: unknown): void {
    if (!this.#response.finished) this.failed(error);
  }

  /** A server of this package calls its listeners without `next`. */
  #next(): NextFunction {
    return this.#rest === undefined ? noNext : (error) => this.#continue(error);
  }

  #continue(error: unknown): void {
    if (this.#isSettled) return;
    if (error !== undefined && error !== null) return this.failed(error);
    try {
      passHead(this.#response);
    } catch (failure) {
      return this.failed(failure);
    }
    this.#isSettled = true;
    this.#leave();
    this.head.onCompleted(() => this.#restCompleted());
    this.#restRun = this.#runRest(this.#rest!);
  }

  /** Shows listeners of a middleware, e.g. a log of requests, the end of the response of the rest of the pipeline. */
  #restCompleted(): void {
    const response = this.#response;
    const outcome = this.features.get(HttpOutcomeFeature);
    if (outcome?.isAborted !== true) {
      response.off('finish', afterFinish);
      response.statusCode = outcome?.outcomeStatus ?? this.head.statusCode;
      response._header = `HTTP/1.1 ${response.statusCode}\r\n`;
      response.finished = true;
      response.emit('finish');
    }
    closeQuietly(this.request, response);
  }

  async #runRest({ next, context }: Pipeline): Promise<void> {
    try {
      if (next !== undefined) await next(context);
      else if (!this.head.hasStarted) this.head.statusCode = 404;
      this.#resolve?.();
    } catch (error) {
      // Rejects the promise that `run` has returned or will return.
      if (this.#reject === undefined) throw error;
      this.#reject(error);
    }
  }

  /** Ends the use of the connection by the handler. */
  #leave(): void {
    detach(this.#response, this.socket);
  }

  /** Closes request and response like Node.js when the socket has closed. */
  #close(): void {
    const { request, socket } = this;
    const response = this.#response;
    const isDestroyed = request.destroyed && !request.closed;
    socket._httpMessage = null;
    socket.connectionClosed();
    request.destroy(abortedError());
    // A request destroyed by the handler closes before its response.
    if (isDestroyed) request.once('close', () => closeResponse(response));
    else closeResponse(response);
  }

  /** Closes request and response like Node.js, without waiting for the handler. */
  gone(): void {
    this.#close();
    this.#settle();
  }

  /** Content that is not complete in time is answered with 408. */
  #limitContent(): void {
    const { request } = this;
    const timer = setTimeout(
      () => {
        if (!request.complete) this.broken(new BadHttpRequestError('APP_NODE_REQUEST_TIMEOUT', 408, requestTimedOut));
      },
      Math.min(this.#settings.requestTimeout, longestTimer),
    ).unref();
    request.once('close', () => clearTimeout(timer));
  }

  #watchClient(): void {
    if (this.socket.exchange === undefined)
      this.features.require(HttpRequestLifetimeFeature).onClosed(() => this.gone());
    else if (this.socket.isClosed) this.gone();
    if (this.#settings.allowsHalfOpen) return;
    this.features.get(HttpHalfCloseFeature)?.onHalfClosed(() => {
      // A read that waits fails if the content is incomplete.
      if (this.request.receivedContent?.isReading === true) setImmediate(() => this.#clientEnded());
      else this.#clientEnded();
    });
  }

  #clientEnded(): void {
    if (!this.#response.finished && !this.#isBroken) this.socket.destroy();
  }
}

const noNext = (): void => {};

/** The error of a request whose connection ended before its content. Source: Node.js `_http_server.js`, `abortIncoming` */
const abortedError = (): Error => Object.assign(new Error('aborted'), { code: 'ECONNRESET' });

const requestTimedOut = 'the request was not received completely within requestTimeout';

/** Whether the handler still reads content after its response: the request ends only after it has read all. */
const isBeingRead = ({ complete, destroyed, _readableState: state }: RequestInternals): boolean =>
  !complete &&
  !destroyed &&
  (state.flowing === true || state.resumeScheduled || state.readableListening || state.pipes.length > 0);

/** Whether the handler reads content, or has added a listener that will: also the one of `for await`. */
const isRead = ({ _consuming, _readableState: state }: RequestInternals): boolean =>
  _consuming || state.resumeScheduled || state.readableListening;

/** Same as Node.js after a response: drops unread content, and closes request and response. */
function afterFinish(this: ResponseInternals): void {
  const request = this.req as RequestInternals;
  const { socket } = this[exchangeKey];
  // Else a pipelined request uses it already.
  if ((socket._httpMessage as unknown) === this) socket.suspendTimeout();
  detach(this, socket);
  if (detachAbortSignalKey !== undefined) (request[detachAbortSignalKey as never] as () => void).call(request);
  if (!isRead(request)) dropContent(request);
  process.nextTick(closeResponse, this);
}

const dropContent = (request: RequestInternals): void => {
  if (request.receivedContent === undefined) {
    if (request._eventsCount === 0 && !request.destroyed) return closeUnobserved(request);
    request.push(null);
  }
  request._dump();
};

/**
 * Ends and closes the stream of a request without content and listeners, without events. Node.js 26 does the same with
 * `optimizeEmptyRequests`.
 */
const closeUnobserved = ({ _readableState: state }: RequestInternals): void => {
  state.ended = state.endEmitted = state.destroyed = state.closed = state.closeEmitted = true;
};

/** Closes request and response and leaves the connection open, e.g. for the answer to the error of the handler. */
const closeQuietly = (request: RequestInternals, response: ResponseInternals): void => {
  request._destroy = (_error, callback) => callback(null);
  request.destroy();
  closeResponse(response);
};

/** Source: Node.js `_http_server.js`, `emitCloseNT` */
const closeResponse = (response: ResponseInternals): void => {
  if (response._closed) return;
  response.destroyed = true;
  response._closed = true;
  response.emit('close');
};

/** For a server that keeps the sockets of its connections and notifies them when a connection ends. */
export const runNodeHandler = (
  handler: NodeHandler,
  features: FeatureCollection,
  socket: SocketFacade,
  settings: ExchangeSettings,
): void | Promise<void> => {
  socket.serve(features);
  const exchange = new NodeExchange(features, socket, settings);
  socket.exchange = exchange;
  return exchange.run(handler);
};

/** Fails the exchange of a response. */
export const failResponse = (response: ServerResponse, error: unknown): void =>
  (response as unknown as ResponseInternals)[exchangeKey].failed(error);
