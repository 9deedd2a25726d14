import { type FeatureKey, featureKey } from '@windhover/features';
import { HttpError } from '../errors.ts';

/**
 * The WebSocket handshake of a request. A package that provides WebSockets sets it, and adds `accept`, with its options
 * and sockets, to this interface.
 *
 * Source: ASP.NET Core `IHttpWebSocketFeature`, `WebSocketManager`.
 */
export interface HttpWebSocketFeature {
  /** Whether the request asks for a WebSocket; `accept` checks whether its handshake is valid. */
  readonly isRequest: boolean;
}

export const HttpWebSocketFeature: FeatureKey<HttpWebSocketFeature> = featureKey('http-web-socket');

const none = { isRequest: false, accept: () => Promise.reject(new HttpError('HTTP_WEB_SOCKET_NOT_POSSIBLE')) };

/** The value for a request that does not ask for a WebSocket, or for a pipeline without WebSockets. */
export const noWebSocket: HttpWebSocketFeature = none;
