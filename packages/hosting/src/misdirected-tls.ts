import { type Connection, ConnectionEndPointFeature, formatEndPoint } from '@windhover/connections';

/**
 * Clients that speak TLS to end points without it. Often our own configuration has sent them there, so the first one at
 * each end point is worth a warning.
 */
export class MisdirectedTls {
  /** Ports and paths: an end point for every interface has many addresses and one port. */
  readonly #told = new Set<number | string>();

  /** What to say of a connection; `undefined` where it was said before. */
  warningFor({ features }: Connection): string | undefined {
    const endPoint = features.get(ConnectionEndPointFeature)?.localEndPoint;
    if (endPoint === undefined) return undefined;
    const name = formatEndPoint(endPoint);
    const key = endPoint.kind === 'ip' ? endPoint.port : name;
    if (this.#told.has(key)) return undefined;
    this.#told.add(key);
    return `${name}: A client has spoken TLS on this port for plain HTTP; later ones are not mentioned`;
  }
}
