import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionItemsFeature } from '@windhover/connections';
import {
  type HttpContext,
  HttpEventsFeature,
  HttpHalfCloseFeature,
  HttpResponseBodyFeature,
  type RequestDelegate,
} from '@windhover/http';
import { NodeHandlerError } from './errors.ts';
import {
  type RequestInternals,
  type ResponseExchange,
  type ResponseInternals,
  uniqueHeadersKey,
} from './node-internals.ts';
import { allowsKeepAlive, nodeRequest } from './node-request.ts';
import { nodeResponse } from './node-response.ts';
import { SocketFacade, facadeKey } from './socket-facade.ts';

/** What a `(req, res, next)` function calls to leave the request to the next middleware, or to report an error. */
export type NextFunction = (error?: unknown) => void;

/** A function that answers a request in the way of `node:http`: an Express, Koa or Connect application, or a plain one. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next: NextFunction) => unknown;

/** Runs a node handler, as the end of a pipeline or as middleware in it. */
export type NodeDelegate = (context: HttpContext, next?: RequestDelegate) => void | Promise<void>;

/** Options of a node handler, with the meaning that they have for `http.createServer`. */
export interface NodeHandlerOptions {
  /** Joins repeated request fields with `, ` in `req.headers` instead of keeping the first. Default false. */
  readonly joinDuplicateHeaders?: boolean | undefined;
  /** Response fields that are sent as one line when their value is an array, joined by `; `. Default none. */
  readonly uniqueHeaders?: readonly (string | readonly string[])[] | undefined;
}

/**
 * A request delegate that runs a `(req, res)` handler: `app.run(nodeHandler(express()))`, or as middleware,
 * `app.use(nodeHandler(serveStatic('public')))`, where `next()` continues with the next middleware. An error that the
 * handler throws, rejects with or passes to `next` is the application's error.
 *
 * @throws NodeHandlerError `NODE_HANDLER_INVALID`
 */
export const nodeHandler = (handler: NodeHandler, options: NodeHandlerOptions = {}): NodeDelegate => {
  if (typeof handler !== 'function') throw new NodeHandlerError('NODE_HANDLER_INVALID', `received ${typeof handler}`);
  const settings = exchangeSettings(options);
  // One declared parameter: `serve` takes a function with two for `(req, res)`.
  return (context, ...[next]) => new NodeExchange(context, socketOf(context), settings, next).run(handler);
};

/** For a server that has the sockets of its connections. */
export const runNodeHandler = (
  handler: NodeHandler,
  context: HttpContext,
  socket: SocketFacade,
  settings: ExchangeSettings,
): void | Promise<void> => {
  socket.serve(context);
  return new NodeExchange(context, socket, settings).run(handler);
};

export const exchangeSettings = (options: NodeHandlerOptions): ExchangeSettings => ({
  joinsHeaders: options.joinDuplicateHeaders === true,
  uniqueHeaders: namesOf(options),
  allowsHalfOpen: true,
});

const namesOf = ({ uniqueHeaders }: NodeHandlerOptions): ReadonlySet<string> | undefined =>
  uniqueHeaders && new Set(uniqueHeaders.flat().map((name) => name.toLowerCase()));

/** The options, as each exchange needs them. */
export interface ExchangeSettings {
  readonly joinsHeaders: boolean;
  readonly uniqueHeaders: ReadonlySet<string> | undefined;
  /** Whether a client that has ended its side may still read the response; otherwise it counts as gone. */
  allowsHalfOpen: boolean;
}

/** One request and its response on their way through a node handler. */
class NodeExchange implements ResponseExchange {
  readonly context: HttpContext;
  readonly socket: SocketFacade;
  readonly request: RequestInternals;
  readonly body: HttpResponseBodyFeature;
  isStream = false;
  readonly #response: ResponseInternals;
  readonly #next: RequestDelegate | undefined;
  readonly #allowsHalfOpen: boolean;
  #isSettled = false;
  /** The rest of the pipeline, once the handler has called `next`. */
  #rest: Promise<void> | undefined;
  #error: unknown;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(context: HttpContext, socket: SocketFacade, settings: ExchangeSettings, next?: RequestDelegate) {
    this.context = context;
    this.#next = next;
    this.#allowsHalfOpen = settings.allowsHalfOpen;
    this.body = context.features.require(HttpResponseBodyFeature);
    this.socket = socket;
    this.request = nodeRequest(this, settings.joinsHeaders);
    this.#response = nodeResponse(this.request, this);
    if (settings.uniqueHeaders !== undefined && uniqueHeadersKey !== undefined) {
      this.#response[uniqueHeadersKey as never] = settings.uniqueHeaders as never;
    }
    if (this.request.httpVersionMajor === 1) this.#response.shouldKeepAlive = allowsKeepAlive(this.request);
    this.#response.on('finish', afterFinish);
  }

  run(handler: NodeHandler): void | Promise<void> {
    const returned = handler(this.request, this.#response, this.#continue);
    // In Node a message is complete after the handler has returned.
    if (!this.request.hasContent) this.request.complete = true;
    if (returned instanceof Promise) returned.catch((error: unknown) => this.failed(error));
    if (this.#isSettled) {
      if (this.#error !== undefined) throw this.#error;
      return this.#rest;
    }
    this.#watchClient();
    return new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  completed(): void {
    if (this.request.hasContent && !this.request.complete) this.#response.once('finish', () => this.#finished());
    else this.#settle();
  }

  /** The response is complete, and the request may not be: a handler may read on, and the exchange lasts until it has. */
  #finished(): void {
    if (isBeingRead(this.request)) this.request.once('close', () => this.#settle());
    else this.#settle();
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#resolve?.();
  }

  failed(error: unknown): void {
    const failure = error ?? new Error('The handler failed without an error');
    // What fails after the response is complete is reported, and changes nothing.
    if (this.#isSettled) {
      this.context.features.get(HttpEventsFeature)?.applicationError(failure, this.context.features);
      return;
    }
    this.#isSettled = true;
    this.#error = failure;
    this.#leave();
    this.#reject?.(failure);
  }

  /** Source: Node.js `_http_server.js`, `socketOnError` */
  broken(error: Error): void {
    this.unhandled(error);
    this.#close();
  }

  unhandled(error: unknown): void {
    if (!this.#response.finished) this.failed(error);
  }

  readonly #continue: NextFunction = (error) => {
    if (this.#isSettled) return;
    if (error !== undefined && error !== null) return this.failed(error);
    this.#isSettled = true;
    this.#leave();
    this.#rest = this.#runNext(this.#next ?? notFound);
  };

  async #runNext(next: RequestDelegate): Promise<void> {
    try {
      await next(this.context);
      this.#resolve?.();
    } catch (error) {
      // Rejects what `run` returned, or what it is about to return.
      if (this.#reject === undefined) throw error;
      this.#reject(error);
    }
  }

  /** The handler has nothing more to do with the connection. */
  #leave(): void {
    if ((this.socket._httpMessage as unknown) === this.#response) this.#response.detachSocket(this.socket as never);
  }

  /** Closes request and response as Node does when the socket has closed. */
  #close(): void {
    const { request, socket } = this;
    const response = this.#response;
    const isDestroyed = request.destroyed && !request.closed;
    socket._httpMessage = null;
    socket.connectionClosed();
    request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    // A request that the handler has destroyed closes before its response.
    if (isDestroyed) request.once('close', () => closeResponse(response));
    else closeResponse(response);
  }

  /** When the client goes away, request and response are closed as Node closes them, and the handler is not waited for. */
  #watchClient(): void {
    const { signal, features } = this.context;
    const gone = (): void => {
      this.#close();
      this.#settle();
    };
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
    if (this.#allowsHalfOpen) return;
    features.get(HttpHalfCloseFeature)?.onHalfClosed(() => {
      if (!this.#response.finished) this.socket.destroy();
    });
  }
}

/** Whether the handler reads content although it has answered: the request is not over before it has read all. */
const isBeingRead = ({ complete, destroyed, _readableState: state }: RequestInternals): boolean =>
  !complete && !destroyed && (state.flowing === true || state.resumeScheduled || state.pipes.length > 0);

/** As Node does after a response: unread content is dropped, and request and response are closed. */
function afterFinish(this: ResponseInternals): void {
  const request = this.req as RequestInternals;
  if (!request._consuming && !request._readableState.resumeScheduled) request._dump();
  process.nextTick(closeResponse, this);
}

/** Source: Node.js `_http_server.js`, `emitCloseNT` */
const closeResponse = (response: ResponseInternals): void => {
  if (response._closed) return;
  response.destroyed = true;
  response._closed = true;
  response.emit('close');
};

const notFound: RequestDelegate = ({ response }) => {
  if (!response.hasStarted) response.statusCode = 404;
};

/** HTTP/1.1 has one request at a time, so its connection has one facade; a stream of HTTP/2 has its own. */
const socketOf = (context: HttpContext): SocketFacade => {
  const items = context.request.protocol.startsWith('HTTP/1')
    ? context.features.get(ConnectionItemsFeature)?.items
    : undefined;
  const kept = items?.get(facadeKey) as SocketFacade | undefined;
  const facade = kept !== undefined && !kept.destroyed && kept._httpMessage === null ? kept : newFacade(context);
  if (facade !== kept) items?.set(facadeKey, facade);
  facade.serve(context);
  return facade;
};

const newFacade = ({ features }: HttpContext): SocketFacade => new SocketFacade(features);
