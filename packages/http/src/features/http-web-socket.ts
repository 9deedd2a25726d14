import { type FeatureKey, featureKey } from '@windhover/features';
import { HttpError } from '../errors.ts';

/**
 * The WebSocket that a request asks for. A package that provides WebSockets sets it, and adds `accept` to this interface,
 * with its options and its sockets.
 *
 * Source: ASP.NET Core `IHttpWebSocketFeature`, `WebSocketManager`.
 */
export interface HttpWebSocketFeature {
  /** Whether the request asks for a WebSocket; that it does so by the rules is seen when it is accepted. */
  readonly isRequest: boolean;
}

export const HttpWebSocketFeature: FeatureKey<HttpWebSocketFeature> = featureKey('http-web-socket');

const none = { isRequest: false, accept: () => Promise.reject(new HttpError('HTTP_WEB_SOCKET_NOT_POSSIBLE')) };

/** The feature of a request that is not for a WebSocket, or of a pipeline without WebSockets. */
export const noWebSocket: HttpWebSocketFeature = none;
