import type { FeatureCollection } from '@windhover/features';
import {
  HttpError,
  HttpResponseFeature,
  HttpWebSocketFeature,
  type Middleware,
  errorOrNothing,
  handled,
  isThenable,
} from '@windhover/http';
import { WebSocket } from 'ws';
import { type AcceptOptions, WebSocketAcceptor, refuse } from './accept-web-socket.ts';
import { CloseCode } from './close-code.ts';
import { WebSocketError } from './errors.ts';
import { asksForWebSocket } from './handshake.ts';
import type { WebSocketOptions } from './options.ts';

declare module '@windhover/http' {
  interface HttpWebSocketFeature {
    /**
     * Answers the handshake and gives the WebSocket. Its fields are those of the response: set yours before. Frames are
     * read from the next turn of the event loop on, so add your listeners at once.
     *
     * @throws WebSocketError when the request was refused: the response has its status then, and the `webSockets`
     *   middleware sends it if nothing else does; `WEBSOCKET_PROTOCOL_NOT_OFFERED`
     */
    accept(options?: AcceptOptions): Promise<WebSocket>;
  }
}

/**
 * Middleware that gives handlers `context.webSockets`. An error that a handler throws after it has accepted ends the
 * WebSocket with 1011.
 *
 * @throws WebSocketError `WEBSOCKET_OPTION_INVALID`
 * Source: ASP.NET Core `UseWebSockets`, `WebSocketMiddleware`
 */
export const webSockets = (options?: Partial<WebSocketOptions>): Middleware => {
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

/** Runs what comes next; what it throws, or rejects with, goes to `onError`. */
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

/** A handler wants a WebSocket of a request that asks for none: the client is told to ask. */
const refuseWithoutRequest = (features: FeatureCollection, error: unknown): void => {
  const known = errorOrNothing(error);
  const isAccepted = known instanceof HttpError && known.code === 'HTTP_WEB_SOCKET_NOT_POSSIBLE';
  if (!isAccepted || features.require(HttpResponseFeature).hasStarted) throw error;
  refuse(features, new WebSocketError('WEBSOCKET_NOT_REQUESTED'));
};

/** `send` says so to a handler whose peer has gone, which peers do. */
const isClosed = (thrown: unknown): boolean => {
  const error = errorOrNothing(thrown);
  return error instanceof WebSocketError && error.code === 'WEBSOCKET_CLOSED';
};

/** Closes a WebSocket that is open, and waits until it is closed: at most `closeTimeout`. */
const closed = (socket: WebSocket, code: number): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) return resolve();
    socket.once('close', () => resolve());
    socket.close(code);
  });

/** The WebSocket that one request asks for. */
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
   * The handler has failed: with its refusal, which is answered already, because its peer is gone, or with a defect. After
   * a defect the WebSocket is closed with 1011 before the error goes on, because the protocol aborts the connection of a
   * request that fails, and the peer would not see the code.
   */
  failed(error: unknown): void | Promise<void> {
    if (this.#isAnswered(error)) return;
    if (this.#socket === undefined) throw error;
    return closed(this.#socket, CloseCode.internalError).then(() => {
      throw error;
    });
  }

  /** Whether the peer knows already, or is gone. A handler may also throw `undefined`, which is neither. */
  #isAnswered(error: unknown): boolean {
    if (error === undefined) return false;
    return error === this.#refusal || (this.#isOver && isClosed(error));
  }

  get #isOver(): boolean {
    return this.#socket !== undefined && this.#socket.readyState !== WebSocket.OPEN;
  }
}
