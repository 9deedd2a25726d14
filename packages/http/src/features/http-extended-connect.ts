import type { Connection } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Extended CONNECT: the handler takes over one stream of the connection, e.g. for a WebSocket over HTTP/2.
 *
 * Source: Kestrel `IHttpExtendedConnectFeature`; RFC 8441 section 4, RFC 9220 section 3.
 */
export interface HttpExtendedConnectFeature {
  /** Whether the request is a CONNECT with `:protocol`. */
  readonly isExtendedConnect: boolean;
  /** Value of `:protocol`, e.g. `websocket`; `undefined` where `isExtendedConnect` is false. */
  readonly protocol: string | undefined;
  /**
   * Sends 200 with the response's fields and returns the stream as a connection.
   *
   * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT`, `HTTP_REQUEST_ABORTED`,
   *   `HTTP_FIELD_NOT_ALLOWED` for a response with Content-Length or Transfer-Encoding
   */
  accept(): Connection;
}

export const HttpExtendedConnectFeature: FeatureKey<HttpExtendedConnectFeature> = featureKey('http-extended-connect');
