import type { Connection } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The opaque upgrade: the handler takes the connection over, as WebSockets do.
 *
 * Source: Kestrel `IHttpUpgradeFeature`; RFC 9110 sections 7.8 and 9.3.6.
 */
export interface HttpUpgradeFeature {
  /** Whether the request offers an upgrade, or is a CONNECT, and has no content. */
  readonly isUpgradableRequest: boolean;
  /**
   * Answers 101 with the response's fields (2xx for CONNECT) and gives the connection. The bytes that came behind the
   * request are its first. The limits of HTTP no longer apply to it.
   *
   * @param protocol value of the Upgrade response field; must be one that the request offers
   * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT`
   */
  upgrade(protocol?: string): Connection;
}

export const HttpUpgradeFeature: FeatureKey<HttpUpgradeFeature> = featureKey('http-upgrade');
