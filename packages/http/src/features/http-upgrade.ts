import type { Connection } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Upgrade of an HTTP/1.1 connection: the handler takes over the connection, e.g. for a WebSocket.
 *
 * Source: Kestrel `IHttpUpgradeFeature`; RFC 9110 sections 7.8 and 9.3.6.
 */
export interface HttpUpgradeFeature {
  /** Whether the request offers an upgrade, or is a CONNECT, and has no content. */
  readonly isUpgradableRequest: boolean;
  /**
   * Sends 101 (2xx for CONNECT) with the response's fields and returns the connection. Bytes received after the request
   * are its first input. The HTTP limits no longer apply to it.
   *
   * @param protocol value of the Upgrade response field; must be one that the request offers
   * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT`, `HTTP_REQUEST_ABORTED`
   */
  upgrade(protocol?: string): Connection;
}

export const HttpUpgradeFeature: FeatureKey<HttpUpgradeFeature> = featureKey('http-upgrade');
