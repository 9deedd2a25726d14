import { Buffer } from 'node:buffer';
import {
  type Connection,
  type ConnectionDelegate,
  ConnectionEndpointFeature,
  ConnectionHeartbeatFeature,
  type Endpoint,
  type Receiver,
  acceptConnection,
} from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { type ProxyProtocolOptions, proxyProtocol } from '../../src/index.ts';
import { ManualHeartbeat } from '../../../../tools/test-support/manual-heartbeat.ts';

/** Records every call. */
export class Notes implements Receiver {
  readonly notes: string[] = [];
  error: Error | undefined;

  received(bytes: Uint8Array): void {
    this.notes.push(Buffer.from(bytes).toString('latin1'));
  }

  drained(): void {
    this.notes.push('<drained>');
  }

  ended(): void {
    this.notes.push('<ended>');
  }

  closed(error?: Error): void {
    this.error = error;
    this.notes.push('<closed>');
  }

  get text(): string {
    return this.notes.join('');
  }

  get errorCode(): unknown {
    return (this.error as { code?: unknown } | undefined)?.code;
  }
}

export const proxyEndpoints: ConnectionEndpointFeature = {
  localEndpoint: { kind: 'ip', address: '10.0.0.1', port: 8080 },
  remoteEndpoint: { kind: 'ip', address: '10.0.0.9', port: 40_000 },
};

/** A proxy, its connection, and the result after the middleware. */
export interface Served {
  readonly proxy: Connection;
  /** Events on the proxy's side. */
  readonly told: Notes;
  /** Below the middleware. */
  readonly below: Connection;
  readonly heartbeat: ManualHeartbeat;
  /** The end of the connection below; `null` while it is open. */
  endedWith(): unknown;
  /** Behind the middleware; `undefined` while there is none. */
  above(): Connection | undefined;
}

/** A connection from 10.0.0.9 through the middleware. */
export const serve = (
  options: Partial<ProxyProtocolOptions> = {},
  next: ConnectionDelegate = () => undefined,
  remoteEndpoint: Endpoint | undefined = proxyEndpoints.remoteEndpoint,
): Served => {
  const [proxy, below] = connectionPair();
  const told = new Notes();
  proxy.start(told);
  const heartbeat = new ManualHeartbeat();
  below.features.set(ConnectionHeartbeatFeature, heartbeat);
  below.features.set(ConnectionEndpointFeature, { ...proxyEndpoints, remoteEndpoint });
  let above: Connection | undefined;
  let ending: unknown = null;
  below.onClosed({ closed: (_connection, error) => (ending = (error as { code?: unknown } | undefined)?.code) });
  const middleware = proxyProtocol({ trustedSources: ['10.0.0.0/8'], ...options });
  acceptConnection(
    below,
    middleware((connection) => {
      above = connection;
      return next(connection);
    }),
  );
  return { proxy, told, below, heartbeat, endedWith: () => ending, above: () => above };
};
