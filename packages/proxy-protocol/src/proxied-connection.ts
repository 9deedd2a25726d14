import { type Connection, ConnectionEndpointFeature, type Endpoint, LayeredConnection } from '@windhover/connections';
import { ProxyProtocolFeature } from './proxy-protocol-feature.ts';

/**
 * The connection after its PROXY header, with the endpoints of the header. The connection below keeps the endpoints of
 * the proxy.
 */
export class ProxiedConnection extends LayeredConnection implements ConnectionEndpointFeature {
  readonly #feature: ProxyProtocolFeature;

  /** @param early bytes that were received after the header; `connection` is paused */
  constructor(connection: Connection, feature: ProxyProtocolFeature, early: Uint8Array) {
    super(connection);
    this.#feature = feature;
    this.unread(early);
  }

  get localEndpoint(): Endpoint | undefined {
    return this.#feature.endpoints?.destination;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#feature.endpoints?.source;
  }

  protected override builtIn(id: symbol): unknown {
    if (id === ProxyProtocolFeature.id) return this.#feature;
    // For a header without endpoints (LOCAL, UNKNOWN), the endpoints of the connection below apply.
    return id === ConnectionEndpointFeature.id && this.#feature.endpoints !== undefined ? this : undefined;
  }
}
