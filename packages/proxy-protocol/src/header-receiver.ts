import { debuglog } from 'node:util';
import {
  type Connection,
  type ConnectionDelegate,
  ConnectionEndpointFeature,
  ConnectionHeartbeatFeature,
  type HeartbeatListener,
  type Receiver,
  acceptConnection,
} from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import { ProxyProtocolError, type ProxyProtocolErrorCode } from './errors.ts';
import { type ParsedProxyHeader, ProxyHeaderParser } from './header-parser.ts';
import type { ResolvedProxyProtocolOptions } from './options.ts';
import { ProxiedConnection } from './proxied-connection.ts';

const debug = debuglog('windhover:proxy-protocol');

const proxyProtocolRefused = channels['windhover:proxy-protocol:refused'];

/** Aborts the connection with the error. The peer receives no explanation. */
export const refuse = (connection: Connection, error: ProxyProtocolError): void => {
  debug('%s: refused: %s', connection.id, error.code);
  if (proxyProtocolRefused.hasSubscribers) proxyProtocolRefused.publish({ connection, error });
  connection.abort(error);
};

/** The receiver of a connection until its header is complete. Then the connection is passed to the next delegate. */
export class HeaderReceiver implements Receiver, HeartbeatListener {
  readonly #connection: Connection;
  readonly #next: ConnectionDelegate;
  readonly #timeout: number;
  #heartbeat: ConnectionHeartbeatFeature | undefined;
  /** Deadline on the clock of the heartbeat. */
  #deadline = Infinity;
  /** `undefined` after the header is complete or refused. */
  #parser: ProxyHeaderParser | undefined;

  constructor(
    connection: Connection,
    next: ConnectionDelegate,
    { timeout, maxHeaderSize }: ResolvedProxyProtocolOptions,
  ) {
    this.#connection = connection;
    this.#next = next;
    this.#timeout = timeout;
    this.#parser = new ProxyHeaderParser(maxHeaderSize);
  }

  run(): void {
    const heartbeat = this.#connection.features.get(ConnectionHeartbeatFeature);
    if (heartbeat !== undefined && this.#timeout !== Number.POSITIVE_INFINITY) {
      this.#heartbeat = heartbeat;
      this.#deadline = heartbeat.deadlineAfter(this.#timeout);
      heartbeat.onHeartbeat(this);
    }
    this.#connection.start(this);
  }

  heartbeat(now: number): void {
    if (this.#parser !== undefined && now >= this.#deadline) this.#fail('PROXY_PROTOCOL_HEADER_TIMEOUT');
  }

  received(bytes: Uint8Array): void {
    const parsed = this.#parse(bytes);
    if (parsed === undefined) return;
    this.#parser = undefined;
    this.#heartbeat?.offHeartbeat?.(this);
    // The bytes wait until the next receiver has started.
    this.#connection.pause();
    debug('%s: version %d %s', this.#connection.id, parsed.header.version, parsed.header.command);
    acceptConnection(this.#proxied(parsed), this.#next);
  }

  #parse(bytes: Uint8Array): ParsedProxyHeader | undefined {
    try {
      return this.#parser?.push(bytes);
    } catch (error) {
      if (!(error instanceof ProxyProtocolError)) throw error;
      this.#parser = undefined;
      refuse(this.#connection, error);
      return undefined;
    }
  }

  #proxied({ header, rest }: ParsedProxyHeader): ProxiedConnection {
    const real = this.#connection.features.get(ConnectionEndpointFeature);
    const feature = {
      ...header,
      proxyRemoteEndpoint: real?.remoteEndpoint,
      proxyLocalEndpoint: real?.localEndpoint,
    };
    return new ProxiedConnection(this.#connection, feature, rest);
  }

  drained(): void {}

  ended(): void {
    if (this.#parser !== undefined) this.#fail('PROXY_PROTOCOL_HEADER_INCOMPLETE');
  }

  closed(): void {
    this.#parser = undefined;
  }

  #fail(code: ProxyProtocolErrorCode): void {
    this.#parser = undefined;
    refuse(this.#connection, new ProxyProtocolError(code));
  }
}
