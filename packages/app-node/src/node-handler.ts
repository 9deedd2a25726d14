import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionItemsFeature } from '@windhover/connections';
import { HttpEventsFeature, type HttpContext, type RequestDelegate } from '@windhover/http';
import { NodeHandlerError } from './errors.ts';
import type { RequestInternals, ResponseExchange, ResponseInternals } from './node-internals.ts';
import { nodeRequest } from './node-request.ts';
import { nodeResponse } from './node-response.ts';
import { SocketFacade } from './socket-facade.ts';

/** What a `(req, res, next)` function calls to leave the request to the next middleware, or to report an error. */
export type NextFunction = (error?: unknown) => void;

/** A function that answers a request in the way of `node:http`: an Express, Koa or Connect application, or a plain one. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next: NextFunction) => unknown;

/** Runs a node handler, as the end of a pipeline or as middleware in it. */
export type NodeDelegate = (context: HttpContext, next?: RequestDelegate) => void | Promise<void>;

/**
 * A request delegate that runs a `(req, res)` handler: `app.run(nodeHandler(express()))`, or as middleware,
 * `app.use(nodeHandler(serveStatic('public')))`, where `next()` continues with the next middleware. An error that the
 * handler throws, rejects with or passes to `next` is the application's error.
 *
 * @throws NodeHandlerError `NODE_HANDLER_INVALID`
 */
export const nodeHandler = (handler: NodeHandler): NodeDelegate => {
  if (typeof handler !== 'function') throw new NodeHandlerError('NODE_HANDLER_INVALID', `received ${typeof handler}`);
  // One declared parameter: `serve` takes a function with two for `(req, res)`.
  return (context, ...[next]) => new NodeExchange(context, next).run(handler);
};

/** One request and its response on their way through a node handler. */
class NodeExchange implements ResponseExchange {
  readonly context: HttpContext;
  readonly socket: SocketFacade;
  readonly request: RequestInternals;
  readonly #response: ResponseInternals;
  readonly #next: RequestDelegate | undefined;
  #isSettled = false;
  /** The rest of the pipeline, once the handler has called `next`. */
  #rest: Promise<void> | undefined;
  #error: unknown;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(context: HttpContext, next: RequestDelegate | undefined) {
    this.context = context;
    this.#next = next;
    this.socket = socketOf(context);
    this.request = nodeRequest(context, this.socket);
    this.#response = nodeResponse(this.request, this);
    this.#response.on('finish', afterFinish);
  }

  run(handler: NodeHandler): void | Promise<void> {
    const returned = handler(this.request, this.#response, this.#continue);
    if (returned instanceof Promise) returned.catch(this.failed);
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

  readonly completed = (): void => {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#resolve?.();
  };

  readonly failed = (error: unknown): void => {
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
  };

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
    if (this.socket._httpMessage === this.#response) this.#response.detachSocket(this.socket as never);
  }

  /** When the client goes away, request and response are closed as Node closes them, and the handler is not waited for. */
  #watchClient(): void {
    const { signal } = this.context;
    const gone = (): void => {
      if (!this.request.complete || !this.request.readableEnded) {
        this.request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      }
      this.socket.destroy();
      this.completed();
    };
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  }
}

/** As Node does after a response: unread content is dropped, and request and response are closed. */
function afterFinish(this: ResponseInternals): void {
  const request = this.req as RequestInternals;
  if (!request._consuming) request._dump();
  process.nextTick(() => {
    if (this._closed) return;
    this.destroyed = true;
    this._closed = true;
    this.emit('close');
  });
}

const notFound: RequestDelegate = ({ response }) => {
  if (!response.hasStarted) response.statusCode = 404;
};

const facadeKey = Symbol('windhover socket facade');

/** HTTP/1.1 has one request at a time, so its connection has one facade; a stream of HTTP/2 has its own. */
const socketOf = (context: HttpContext): SocketFacade => {
  const items = context.request.protocol.startsWith('HTTP/1')
    ? context.features.get(ConnectionItemsFeature)?.items
    : undefined;
  const kept = items?.get(facadeKey) as SocketFacade | undefined;
  if (kept !== undefined && !kept.destroyed && kept._httpMessage === null) {
    kept.serve(context);
    return kept;
  }
  const facade = new SocketFacade(context);
  items?.set(facadeKey, facade);
  return facade;
};
