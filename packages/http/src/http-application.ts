import type { Connection, ConnectionDelegate } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import type { BadHttpRequestError } from './errors.ts';
import type { HttpLimits } from './limits.ts';

/**
 * An application that a server runs: the pipeline of hosting, a fetch handler, a `(req, res)` handler. Server and
 * application know each other by this interface only.
 *
 * Source: Kestrel `IHttpApplication<TContext>`.
 */
export interface HttpApplication<C = unknown> {
  /** Called once for each request, before `processRequest`. */
  createContext(features: FeatureCollection): C;
  /**
   * Answers the request. The request is over when this has returned or its promise has settled, and content that is
   * still being sent (`HttpResponseFeature.waitFor`) is complete; a response not ended by then is ended by the server. An
   * error thrown, or a rejection, is answered with the status of the error (`errorAnswer`), or cuts the response off where its head has been sent.
   */
  processRequest(context: C): unknown;
  /**
   * Sends a value that `processRequest` has returned, or its promise has resolved with. Not called for `undefined`.
   * Without this method returned values are ignored.
   */
  sendResult?(context: C, result: unknown): void | Promise<void>;
  /**
   * Writes the content of an error response, which has its status by then. Called when `processRequest` has failed and
   * nothing has been sent, and when it has left a response with a status of 400 or more unsent. Without this method, such
   * responses are empty. An error thrown is reported, and the response is empty.
   *
   * @param error the failure; `undefined` where the application has set the status itself
   */
  answerError?(context: C, error: unknown): void | Promise<void>;
  /** Called once for each context, after the request, with the error that ended it if one did. */
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
  /** Gives a refused request more than its status: fields and content. The status, and the close, stay. */
  readonly refusal?: RefusalResponder | undefined;
  /** Answers the client of a refused request in place of the protocol. */
  readonly refusedConnection?: RefusedConnectionResponder | undefined;
  /** Counts the connections that leave HTTP; without it they are not limited. */
  readonly upgrades?: UpgradeCounter | undefined;
  /**
   * Takes over a connection without TLS whose client begins with the HTTP/2 connection preface, which the connection
   * still has to receive (RFC 9113 3.3). `undefined` where the endpoint does not speak HTTP/2.
   */
  readonly priorKnowledge?: ConnectionDelegate | undefined;
  /** Wall clock for the Date field, in milliseconds; `Date.now` by default. */
  readonly wallClock: () => number;
}

/** The content that a server adds to the status of a refused request. */
export interface Refusal {
  readonly contentType: string;
  /** Sent as UTF-8. */
  readonly content: string;
}

/** Called for each refused request that can still be answered; `undefined` for an empty response. */
export type RefusalResponder = (error: BadHttpRequestError) => Refusal | undefined;

/**
 * Called with the connection of a request that HTTP/1.1 refuses before the application receives it. A responder that returns
 * true answers the client itself: it calls `takeOver` once, writes a response, and ends the connection.
 *
 * Source: the event `clientError` of `http.Server` of Node.js
 */
export type RefusedConnectionResponder = (error: BadHttpRequestError, takeOver: () => Connection) => boolean;

/** Keeps the number of upgraded connections within the limit of the server. */
export interface UpgradeCounter {
  /** Counts the connection until it is closed. @returns false when there are as many as may be */
  enter(connection: Connection): boolean;
}

/**
 * What a protocol reports. A method that throws is a defect of its owner; the protocol does not guard against it.
 */
export interface HttpEvents {
  /** An application threw, or its promise was rejected; the request is answered already, or cut off. */
  applicationError(error: unknown, exchange: FeatureCollection): void;
  /** A request was refused; the peer learns the status only. */
  badRequest(error: BadHttpRequestError, connection: Connection): void;
  /** A response had a field that its protocol does not allow, e.g. Connection in HTTP/2; it was left out. */
  responseFieldDropped?(name: string, exchange: FeatureCollection): void;
}

/**
 * A protocol that turns connections into requests for an application. A server knows protocols by this interface
 * and their ALPN name only.
 */
export interface HttpProtocol {
  /** As registered for ALPN (RFC 7301), e.g. `http/1.1`. */
  readonly alpn: string;
  /** Not spoken unless it was negotiated, where the endpoint has another protocol; e.g. HTTP/2. Default false. */
  readonly isNegotiatedOnly?: boolean;
  /** Makes the connection handler for one application. */
  createHandler<C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate;
  /** Makes what tells a client that the server has no room for its connection, and closes it (HTTP/1.1: 503). */
  createRefuser?(services: HttpServices): ConnectionDelegate;
}
