import type { Connection, ConnectionDelegate } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import type { BadHttpRequestError } from './errors.ts';
import type { HttpLimits } from './limits.ts';

/**
 * An application that a server runs: the pipeline of hosting, a fetch handler, a `(req, res)` handler. It is the only
 * contract between server and application.
 *
 * Source: Kestrel `IHttpApplication<TContext>`.
 */
export interface HttpApplication<C = unknown> {
  /** Called once for each request, before `processRequest`. */
  createContext(features: FeatureCollection): C;
  /**
   * Answers the request. The request ends when this method has returned or its promise has settled, and content that is
   * still being sent (`HttpResponseFeature.waitFor`) is complete. The server then ends a response that is still open. A
   * thrown error or rejection is answered with the status of the error (`errorResponse`), or cuts off a response whose
   * head has been sent.
   */
  processRequest(context: C): unknown;
  /**
   * Sends a value that `processRequest` has returned or resolved with. Not called for `undefined`. Without this method,
   * returned values are ignored.
   */
  sendResult?(context: C, result: unknown): void | Promise<void>;
  /**
   * Writes the content of an error response, whose status is already set. Called if `processRequest` fails before
   * anything is sent, or leaves a response with a status of 400 or more unsent. Without this method, such responses are
   * empty. If it throws, the error is reported and the response is empty.
   *
   * @param error the failure; `undefined` if the application has set the status itself
   */
  sendError?(context: C, error: unknown): void | Promise<void>;
  /** Called once for each context, after the request, with the error that ended it, if any. */
  disposeContext(context: C, error?: unknown): void;
}

/** Settings and services that a server passes to a protocol; the same for all its connections. */
export interface HttpServices {
  readonly limits: HttpLimits;
  /** Value of the Server field, `null` for none. */
  readonly serverHeader: string | null;
  /** Whether responses get a Date field. RFC 9110 6.6.1 asks a server with a clock for it. */
  readonly dateHeader: boolean;
  readonly events: HttpEvents;
  /** Adds content to the response to a refused request. The status and the close do not change. */
  readonly refusal?: RefusalResponder | undefined;
  /** Answers the client of a refused request in place of the protocol. */
  readonly refusedConnection?: RefusedConnectionResponder | undefined;
  /** Counts and limits upgraded connections; without it, they are not limited. */
  readonly upgrades?: UpgradeCounter | undefined;
  /**
   * Takes over a cleartext connection whose client begins with the HTTP/2 connection preface; the preface is still
   * unread (RFC 9113 3.3). `undefined` if the endpoint does not serve HTTP/2.
   */
  readonly priorKnowledge?: ConnectionDelegate | undefined;
  /** Wall clock for the Date field, in milliseconds; `Date.now` by default. */
  readonly wallClock: () => number;
}

/** The content of the response to a refused request. */
export interface Refusal {
  readonly contentType: string;
  /** Sent as UTF-8. */
  readonly content: string;
}

/** Called for each refused request that can still be answered; returns `undefined` for an empty response. */
export type RefusalResponder = (error: BadHttpRequestError) => Refusal | undefined;

/**
 * Called for a request that HTTP/1.1 refuses before the application receives it. A responder that returns true answers
 * the client itself: it calls `takeOver` once, writes a response, and ends the connection.
 *
 * Source: the event `clientError` of `http.Server` of Node.js
 */
export type RefusedConnectionResponder = (error: BadHttpRequestError, takeOver: () => Connection) => boolean;

/** Keeps the number of upgraded connections within the limit of the server. */
export interface UpgradeCounter {
  /**
   * Counts the connection until it is closed.
   *
   * @param isStream whether it is a stream of a connection that continues to carry HTTP. Default false
   * @returns false if the limit is reached
   */
  enter(connection: Connection, isStream?: boolean): boolean;
}

/**
 * Events that a protocol reports to the server. The methods must not throw: the protocol does not catch their errors.
 */
export interface HttpEvents {
  /** An application threw, or its promise was rejected; the request is answered already, or cut off. */
  applicationError(error: unknown, exchange: FeatureCollection): void;
  /** A request was refused; the client receives only the status. */
  badRequest(error: BadHttpRequestError, connection: Connection): void;
  /** A response had a field that its protocol does not allow, e.g. Connection in HTTP/2; the field was not sent. */
  responseFieldDropped?(name: string, exchange: FeatureCollection): void;
}

/**
 * A protocol that turns connections into requests for an application. A server uses protocols only through this
 * interface and their ALPN name.
 */
export interface HttpProtocol {
  /** As registered for ALPN (RFC 7301), e.g. `http/1.1`. */
  readonly alpn: string;
  /** Whether an endpoint with several protocols uses this one only after negotiation, e.g. HTTP/2. Default false. */
  readonly isNegotiatedOnly?: boolean;
  /** Creates the connection handler for one application. */
  createHandler<C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate;
  /** Creates the handler that refuses a connection above the server's limit and closes it (HTTP/1.1: 503). */
  createRefuser?(services: HttpServices): ConnectionDelegate;
}
