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
   * Sends 101 (200 for CONNECT) with the response's fields and returns the connection. Bytes received after the request
   * are its first input. The HTTP limits no longer apply to it.
   * Its end aborts the signal of the request while the handler runs; `onClosed` of the connection notifies of it in any case.
   *
   * @param protocol value of the Upgrade response field; must be one that the request offers. Default: the field that the
   *   response has, else the first protocol that the request offers
   * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT`, `HTTP_REQUEST_ABORTED`,
   *   `HTTP_FIELD_NOT_ALLOWED` for a response with Content-Length or Transfer-Encoding
   */
  upgrade(protocol?: string): Connection;
  /**
   * Removes and returns the bytes that have been received after the request; empty for none. They are not input of the
   * upgraded connection. If there are any, a response other than the upgrade is the last one of the connection. Absent for
   * HTTP/2. For adapters of code that expects these bytes with the request, such as `upgrade` listeners of `node:http`.
   */
  takeReceived?(): Uint8Array;
}

export const HttpUpgradeFeature: FeatureKey<HttpUpgradeFeature> = featureKey('http-upgrade');
