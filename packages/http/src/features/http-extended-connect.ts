import type { Connection } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The extended CONNECT method: the handler takes one stream of the connection over, as WebSockets over HTTP/2 do.
 *
 * Source: Kestrel `IHttpExtendedConnectFeature`; RFC 8441 section 4, RFC 9220 section 3.
 */
export interface HttpExtendedConnectFeature {
  /** Whether the request is a CONNECT with `:protocol`. */
  readonly isExtendedConnect: boolean;
  /** Value of `:protocol`, e.g. `websocket`; `undefined` where `isExtendedConnect` is false. */
  readonly protocol: string | undefined;
  /**
   * Answers 200 with the response's fields and gives the stream as a connection.
   *
   * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT`
   */
  accept(): Connection;
}

export const HttpExtendedConnectFeature: FeatureKey<HttpExtendedConnectFeature> = featureKey('http-extended-connect');
