import type { FeatureCollection } from '@windhover/features';
import { HttpConnectionFeature } from './features/http-connection.ts';
import { HttpRequestIdentifierFeature } from './features/http-request-identifier.ts';
import { HttpRequestLifetimeFeature } from './features/http-request-lifetime.ts';
import { HttpWebSocketFeature, noWebSocket } from './features/http-web-socket.ts';
import { HttpRequest } from './http-request.ts';
import { HttpResponse } from './http-response.ts';

/**
 * One request and its response, as handlers see them. Its members are views of `features`, created on first use.
 *
 * Source: Kestrel `HttpContext`.
 */
export class HttpContext {
  readonly features: FeatureCollection;
  #request: HttpRequest | undefined;
  #response: HttpResponse | undefined;
  #items: Map<unknown, unknown> | undefined;

  constructor(features: FeatureCollection) {
    this.features = features;
  }

  get request(): HttpRequest {
    return (this.#request ??= new HttpRequest(this.features));
  }

  get response(): HttpResponse {
    return (this.#response ??= new HttpResponse(this.features));
  }

  /** The connection's id and endpoints; forwarding middleware may have changed them. */
  get connection(): HttpConnectionFeature {
    return this.features.require(HttpConnectionFeature);
  }

  /** The WebSocket handshake of the request; requires middleware that provides WebSockets. */
  get webSockets(): HttpWebSocketFeature {
    return this.features.get(HttpWebSocketFeature) ?? noWebSocket;
  }

  /** Values that middleware and handlers share during this request. */
  get items(): Map<unknown, unknown> {
    return (this.#items ??= new Map());
  }

  /**
   * Aborts when the client disconnects or ends its side of the connection, or when the request is aborted. The reason is
   * an `HttpError` `HTTP_REQUEST_ABORTED`. Created on first use.
   *
   * A client that has ended its side usually has disconnected, but may still read: a handler that ignores the signal can
   * still respond. If a handler throws the reason, or the `AbortError` of an operation that took the signal, the request
   * ends without a response and without a log entry.
   */
  get signal(): AbortSignal {
    return this.features.require(HttpRequestLifetimeFeature).requestAborted;
  }

  /** Ends the request at once, without a response: resets the connection, or the stream of HTTP/2. */
  abort(): void {
    this.features.require(HttpRequestLifetimeFeature).abort();
  }

  /** Identifies the request in logs. */
  get traceIdentifier(): string {
    return this.features.require(HttpRequestIdentifierFeature).traceIdentifier;
  }

  set traceIdentifier(value: string) {
    this.features.require(HttpRequestIdentifierFeature).traceIdentifier = value;
  }
}
