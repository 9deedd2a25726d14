import type { FeatureCollection } from '@windhover/features';
import { HttpError, HttpResponseFeature, HttpWebSocketFeature, type Middleware, handled } from '@windhover/http';
import { isThenable, readableError } from '@windhover/thrown-values';
import { WebSocket } from 'ws';
import { type AcceptOptions, WebSocketAcceptor, refuse } from './accept-web-socket.ts';
import { CloseCode } from './close-code.ts';
import { WebSocketError } from './errors.ts';
import { asksForWebSocket } from './handshake.ts';
import type { WebSocketOptions } from './options.ts';

declare module '@windhover/http' {
  interface HttpWebSocketFeature {
    /**
     * Answers the handshake and returns the WebSocket. Fields that were set on the response before are sent with it. Frames
     * are read from the next turn of the event loop on, so add listeners at once.
     *
     * @throws WebSocketError with a `status` when the request is refused. The response has that status, and the `webSockets`
     *   middleware sends it unless the handler sends another answer. Also `WEBSOCKET_PROTOCOL_NOT_OFFERED`
     */
    accept(options?: AcceptOptions): Promise<WebSocket>;
  }
}

/**
 * Request middleware that provides `context.webSockets`. An error that a handler throws after `accept` closes the WebSocket
 * with 1011.
 *
 * @throws WebSocketError `WEBSOCKET_OPTION_INVALID`
 * Source: ASP.NET Core `UseWebSockets`, `WebSocketMiddleware`
 */
export const webSockets = (options?: WebSocketOptions): Middleware => {
  const acceptor = new WebSocketAcceptor(options);
  return (context, next) => {
    const { features } = context;
    const run = (): void | Promise<void> => next(context);
    if (!asksForWebSocket(features)) return guarded(run, (error) => refuseWithoutRequest(features, error));
    const requested = new RequestedWebSocket(features, acceptor);
    features.set(HttpWebSocketFeature, requested);
    return guarded(run, (error) => requested.failed(error));
  };
};

/** Runs the rest of the pipeline, and passes its error to `onError`. */
const guarded = (
  next: () => void | Promise<void>,
  onError: (error: unknown) => void | Promise<void>,
): void | Promise<void> => {
  try {
    const pending = next();
    return isThenable(pending) ? pending.then(undefined, onError) : pending;
  } catch (error) {
    return onError(error);
  }
};

/** Answers 426 when a handler accepts a WebSocket that the request does not ask for. Other errors are rethrown. */
const refuseWithoutRequest = (features: FeatureCollection, error: unknown): void => {
  const known = readableError(error);
  const isAccepted = known instanceof HttpError && known.code === 'HTTP_WEB_SOCKET_NOT_POSSIBLE';
  if (!isAccepted || features.require(HttpResponseFeature).hasStarted) throw error;
  refuse(features, new WebSocketError('WEBSOCKET_NOT_REQUESTED'));
};

/** Whether an error is from `send` after the peer has closed, which is not a fault of the handler. */
const isClosed = (thrown: unknown): boolean => {
  const error = readableError(thrown);
  return error instanceof WebSocketError && error.code === 'WEBSOCKET_CLOSED';
};

/** Closes a WebSocket that is open, and waits until it is closed: at most `closeTimeout`. */
const closed = (socket: WebSocket, code: number): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) return resolve();
    socket.once('close', () => resolve());
    socket.close(code);
  });

/** The `context.webSockets` of a request that asks for a WebSocket. */
class RequestedWebSocket implements HttpWebSocketFeature {
  readonly isRequest = true;
  readonly #features: FeatureCollection;
  readonly #acceptor: WebSocketAcceptor;
  #socket: WebSocket | undefined;
  #refusal: WebSocketError | undefined;

  constructor(features: FeatureCollection, acceptor: WebSocketAcceptor) {
    this.#features = features;
    this.#acceptor = acceptor;
  }

  accept(options?: AcceptOptions): Promise<WebSocket> {
    try {
      this.#socket = this.#acceptor.accept(this.#features, options);
      return Promise.resolve(this.#socket);
    } catch (error) {
      if (error instanceof WebSocketError && error.status !== undefined) {
        this.#refusal = error;
        refuse(this.#features, error);
      }
      return handled(Promise.reject(error as Error));
    }
  }

  /**
   * Handles an error of the handler. A refusal of `accept` has been answered, and a disconnected peer is not an error.
   * For any other error the WebSocket is closed with 1011 before the error is rethrown, because the protocol then
   * aborts the connection, and the peer would not receive the code.
   */
  failed(error: unknown): void | Promise<void> {
    if (this.#isAnswered(error)) return;
    if (this.#socket === undefined) throw error;
    return closed(this.#socket, CloseCode.internalError).then(() => {
      throw error;
    });
  }

  /** Whether the error is the answered refusal, or from `send` after the end. A thrown `undefined` is neither. */
  #isAnswered(error: unknown): boolean {
    if (error === undefined) return false;
    return error === this.#refusal || (this.#isOver && isClosed(error));
  }

  get #isOver(): boolean {
    return this.#socket !== undefined && this.#socket.readyState !== WebSocket.OPEN;
  }
}
