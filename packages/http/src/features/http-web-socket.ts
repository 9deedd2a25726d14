import { type FeatureKey, featureKey } from '@windhover/features';
import { HttpError } from '../errors.ts';

/**
 * The WebSocket that a request asks for. A package that provides WebSockets sets it, and adds its own signature of
 * `accept` to this interface, with its options and its sockets.
 *
 * Source: ASP.NET Core `IHttpWebSocketFeature`, `WebSocketManager`.
 */
export interface HttpWebSocketFeature {
  /** Whether the request asks for a WebSocket; that it does so by the rules is seen when it is accepted. */
  readonly isRequest: boolean;
  /** Takes the connection over. What it rejects with is the provider's. */
  accept(options?: object): Promise<object>;
}

export const HttpWebSocketFeature: FeatureKey<HttpWebSocketFeature> = featureKey('http-web-socket');

/** Of a request that asks for none, and where nobody provides WebSockets. */
export const noWebSocket: HttpWebSocketFeature = {
  isRequest: false,
  accept: () => Promise.reject(new HttpError('HTTP_WEB_SOCKET_NOT_POSSIBLE')),
};
