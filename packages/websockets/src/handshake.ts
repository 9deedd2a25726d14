import type { FeatureCollection } from '@windhover/features';
import {
  HttpExtendedConnectFeature,
  type HttpFields,
  HttpRequestFeature,
  HttpUpgradeFeature,
  isToken,
  listMembers,
} from '@windhover/http';
import { WebSocketError } from './errors.ts';

/** The parameters of a request for a WebSocket. */
export interface Handshake {
  /** Value of Sec-WebSocket-Key; may be `undefined` for extended CONNECT, which needs none. */
  readonly key: string | undefined;
  /** The subprotocols that the client offers, the preferred one first. */
  readonly protocols: readonly string[];
  /** Value of Sec-WebSocket-Extensions, if the request has the field. */
  readonly extensions: string | undefined;
}

/** The value that nearly all clients send is compared before the list is parsed. */
const namesWebSocket = (value: string): boolean =>
  value === 'websocket' || listMembers(value).some((name) => name.toLowerCase() === 'websocket');

const isExtendedConnect = (features: FeatureCollection): boolean =>
  features.get(HttpExtendedConnectFeature)?.isExtendedConnect === true;

/** Whether the request asks for a WebSocket. The rest of the handshake is not checked. */
export const asksForWebSocket = (features: FeatureCollection): boolean => {
  const extended = features.get(HttpExtendedConnectFeature);
  if (extended?.isExtendedConnect === true) return extended.protocol?.toLowerCase() === 'websocket';
  const upgrade = features.require(HttpRequestFeature).headers.get('upgrade');
  return upgrade !== undefined && namesWebSocket(upgrade);
};

/**
 * Checks the client's side of the handshake.
 *
 * @throws WebSocketError with a `status`
 * Source: RFC 6455 section 4.2.1; RFC 8441 section 5
 */
export const readHandshake = (features: FeatureCollection, origins: readonly string[] | null): Handshake => {
  const { method, headers } = features.require(HttpRequestFeature);
  if (!asksForWebSocket(features)) throw new WebSocketError('WEBSOCKET_NOT_REQUESTED');
  const isExtended = isExtendedConnect(features);
  if (!isExtended) checkUpgrade(features, method);
  checkVersion(headers);
  const key = isExtended ? optionalKeyOf(headers) : keyOf(headers);
  checkOrigin(headers, origins);
  return { key, protocols: protocolsOf(headers), extensions: headers.get('sec-websocket-extensions') };
};

/** 16 bytes in base64 are 22 characters, of which the last one has two significant bits. */
const keyPattern = /^[+/0-9A-Za-z]{21}[AQgw]==$/;

const keyOf = (headers: HttpFields): string => {
  const key = optionalKeyOf(headers);
  if (key === undefined) throw new WebSocketError('WEBSOCKET_KEY_INVALID');
  return key;
};

/** The key, if present and valid. */
const optionalKeyOf = (headers: HttpFields): string | undefined => {
  const key = headers.get('sec-websocket-key');
  return key !== undefined && keyPattern.test(key) ? key : undefined;
};

const checkUpgrade = (features: FeatureCollection, method: string): void => {
  if (method !== 'GET') throw new WebSocketError('WEBSOCKET_METHOD_NOT_ALLOWED');
  if (features.get(HttpUpgradeFeature)?.isUpgradableRequest !== true) {
    throw new WebSocketError('WEBSOCKET_UPGRADE_INCOMPLETE');
  }
};

const checkVersion = (headers: HttpFields): void => {
  if (headers.get('sec-websocket-version') !== '13') throw new WebSocketError('WEBSOCKET_VERSION_NOT_SUPPORTED');
};

const checkOrigin = (headers: HttpFields, origins: readonly string[] | null): void => {
  const origin = headers.get('origin');
  if (origins === null || origin === undefined) return;
  if (!origins.includes(origin.toLowerCase())) throw new WebSocketError('WEBSOCKET_ORIGIN_NOT_ALLOWED');
};

const noProtocols: readonly string[] = [];

const protocolsOf = (headers: HttpFields): readonly string[] => {
  const value = headers.get('sec-websocket-protocol');
  if (value === undefined) return noProtocols;
  const protocols = listMembers(value);
  if (new Set(protocols).size === protocols.length && protocols.every(isToken)) return protocols;
  throw new WebSocketError('WEBSOCKET_PROTOCOLS_INVALID');
};
