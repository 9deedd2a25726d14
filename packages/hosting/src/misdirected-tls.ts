import { type Connection, ConnectionEndpointFeature, formatEndpoint } from '@windhover/connections';

/**
 * Clients that speak TLS to endpoints without it. Often our own configuration has sent them there, so the first one at
 * each endpoint is worth a warning.
 */
export class MisdirectedTls {
  /** Ports and paths: an endpoint for every interface has many addresses and one port. */
  readonly #told = new Set<number | string>();

  /** What to say of a connection; `undefined` where it was said before. */
  warningFor({ features }: Connection): string | undefined {
    const endpoint = features.get(ConnectionEndpointFeature)?.localEndpoint;
    if (endpoint === undefined) return undefined;
    const name = formatEndpoint(endpoint);
    const key = endpoint.kind === 'ip' ? endpoint.port : name;
    if (this.#told.has(key)) return undefined;
    this.#told.add(key);
    return `${name}: A client has spoken TLS on this port for plain HTTP; later ones are not mentioned`;
  }
}
