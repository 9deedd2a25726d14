import {
  type HttpContext,
  HttpEventsFeature,
  HttpExtendedConnectFeature,
  HttpUpgradeFeature,
  type RequestDelegate,
  errorResponse,
} from '@windhover/http';
import { FetchError } from '../errors.ts';
import type { RequestKind } from '../request/create-request.ts';
import { refuse, refusedMethod } from '../request/refusal.ts';
import { isResponse, sendResponse } from '../response/send-response.ts';
import { ConnectContext, Exchange, type ExchangeState, ServerContext } from './server-context.ts';

// The draft of a Fetch Server API for WinterTC, July 2026: https://proposal-fetch-server.jasnell.me. It is not adopted
// and may change, so all of it is in this folder.

/** The property that marks a handler object of the draft; its value is the version, 1. */
export const protocolMarker: unique symbol = Symbol.for('wintertc.server.protocol') as never;

type Answer = Response | undefined | void;

/** A handler object of the draft. */
export interface FetchServerHandler {
  readonly [protocolMarker]: 1;
  /** Answers a request with a Response, or with nothing after `deny`. */
  fetch(context: ServerContext): Answer | Promise<Answer>;
  /** Answers an Upgrade, CONNECT or extended CONNECT: accepts a tunnel, or refuses it with a Response or `deny`. */
  connect?(context: ConnectContext): Answer | Promise<Answer>;
  /** Answers an error of another handler if nothing has been sent. */
  error?(context: ServerContext, error: unknown): Answer | Promise<Answer>;
}

/**
 * A request delegate that runs a handler object of the draft.
 *
 * @throws FetchError `APP_FETCH_PROTOCOL_UNKNOWN`, `APP_FETCH_HANDLER_INVALID`
 */
export const fetchServerHandler = (handler: FetchServerHandler, kind: RequestKind): RequestDelegate => {
  const version: unknown = handler[protocolMarker];
  if (version !== 1) throw new FetchError('APP_FETCH_PROTOCOL_UNKNOWN', `received version ${String(version)}`);
  if (typeof handler.fetch !== 'function') throw new FetchError('APP_FETCH_HANDLER_INVALID', 'received an object');
  return (context) => new HandlerRun(handler, new Exchange(context, kind)).run();
};

/** Whether a value is a handler object of the draft, of any version. */
export const isFetchServerHandler = (value: unknown): value is FetchServerHandler =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, protocolMarker) === 'number';

/** Runs a handler object for one exchange. */
class HandlerRun {
  readonly #handler: FetchServerHandler;
  readonly #exchange: Exchange;

  constructor(handler: FetchServerHandler, exchange: Exchange) {
    this.#handler = handler;
    this.#exchange = exchange;
  }

  run(): void | Promise<void> {
    const { http } = this.#exchange;
    const { method } = http.request;
    const protocol = this.#handler.connect === undefined ? undefined : tunnelProtocol(http);
    const isTunnel = method === 'CONNECT' && protocol !== undefined;
    const refused = isTunnel ? undefined : refusedMethod(method);
    if (refused !== undefined) return refuse(http, refused);
    return protocol === undefined ? this.#fetch() : this.#connect(protocol);
  }

  async #fetch(): Promise<void> {
    const context = new ServerContext(this.#exchange);
    const answer = await this.#attempt(context, () => this.#handler.fetch(context));
    if (answer !== undefined) await this.#send(answer);
  }

  async #connect(protocol: string | null): Promise<void> {
    const { acceptWebSocket } = await import('@windhover/websockets');
    const context = new ConnectContext(this.#exchange, protocol, acceptWebSocket);
    let answer: Response | undefined;
    try {
      answer = await this.#attempt(context, () => this.#handler.connect!(context), 'connect');
    } catch (error) {
      context.abortTunnel(error);
      this.#fail(error);
      return;
    }
    if (answer !== undefined) return this.#send(answer);
    if (this.#exchange.state !== 'fallen through') return;
    this.#exchange.state = 'open';
    await this.#fetch();
  }

  /** Runs a handler, and `error` if it fails. @returns the Response to send */
  async #attempt(
    context: ServerContext,
    handle: () => Answer | Promise<Answer>,
    name = 'fetch',
  ): Promise<Response | undefined> {
    const exchange = this.#exchange;
    try {
      return this.#checked(await handle(), name);
    } catch (error) {
      if (exchange.isAborted) return undefined;
      if (exchange.isAbandonedBy(error)) throw error;
      if (exchange.state === 'fallen through') exchange.state = 'open';
      if (!exchange.canRespond || this.#handler.error === undefined) throw error;
      const answer = await this.#handler.error(context, error);
      if (isResponse(answer)) return answer;
      if ((exchange.state as ExchangeState) === 'denied') return undefined;
      throw error;
    }
  }

  /** @throws TypeError for an invalid result */
  #checked(answer: unknown, name: string): Response | undefined {
    const { state, isAborted, canRespond } = this.#exchange;
    if (isResponse(answer) && canRespond) return answer;
    if (answer === undefined && (isAborted || !canRespond)) return undefined;
    throw new TypeError(
      answer === undefined
        ? `${name} of the handler object must return a Response, or call deny; it returned nothing`
        : `${name} of the handler object must return a Response; the exchange is ${state}`,
    );
  }

  async #send(answer: Response): Promise<void> {
    this.#exchange.state = 'committed';
    await sendResponse(this.#exchange.http, answer);
  }

  /** Answers a failure of `connect`, by default with 502. After an accepted tunnel there is no response. */
  #fail(error: unknown): void {
    const { http, isAborted, canRespond } = this.#exchange;
    if (isAborted || isRefusedHandshake(error)) return;
    if (this.#exchange.isAbandonedBy(error)) throw error;
    // A fault of the client is answered and reported as one, also here.
    if (canRespond && errorResponse(error).isClientFault) throw error;
    http.features.get(HttpEventsFeature)?.applicationError(error, http.features);
    if (!canRespond || http.response.hasStarted) return;
    http.response.clear();
    http.response.statusCode = 502;
  }
}

/** Whether the error is a refused handshake, which has been answered. */
const isRefusedHandshake = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'OperationError';

/** The tunnel protocol that the request asks for; `null` for a plain CONNECT, `undefined` for an ordinary request. */
const tunnelProtocol = ({ features, request }: HttpContext): string | null | undefined => {
  const extended = features.get(HttpExtendedConnectFeature);
  if (extended?.isExtendedConnect === true) return extended.protocol ?? null;
  if (request.method === 'CONNECT') return null;
  if (features.get(HttpUpgradeFeature)?.isUpgradableRequest !== true) return undefined;
  const [protocol] = (request.headers.get('upgrade') ?? '').split(',');
  const name = protocol!.trim().toLowerCase();
  // An offer of cleartext HTTP/2, e.g. by curl, is not for applications (RFC 9113 section 3.1).
  return name === '' || name === 'h2c' ? undefined : name;
};
