import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  Observable,
  ObservableCallback,
  UpDownCounter,
} from '@opentelemetry/api';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionTransportFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { CodedError, RequestMessage, Subscribers } from '@windhover/diagnostics';
import { HttpRequestFeature } from '@windhover/http';
import { closedErrorType, refusedRequestErrorType } from '../connection-end.ts';
import { versionAttribute } from '../request-attributes.ts';
import { secondsSince } from '../seconds-since.ts';
import { createInstrument } from './create-instrument.ts';

/** An open connection. */
interface OpenConnection {
  readonly startTime: number;
  readonly attributes: Attributes;
  /** The first error of the connection. */
  errorType: string | undefined;
  protocolVersion: string | undefined;
  tlsVersion: string | undefined;
  handshakeStart: number | undefined;
}

/**
 * Metrics of connections and TLS handshakes.
 *
 * Source: Kestrel `KestrelMetrics`
 */
export class ConnectionMetrics implements Disposable {
  readonly #active: UpDownCounter;
  readonly #duration: Histogram;
  readonly #rejected: Counter;
  readonly #upgraded: UpDownCounter;
  readonly #handshakeDuration: Histogram;
  readonly #activeHandshakes: UpDownCounter;
  readonly #queued: Observable;
  readonly #open = new Map<string, OpenConnection>();
  /** Connections whose protocol is known, so that only their first request is examined. */
  readonly #identified = new WeakSet<Connection>();

  constructor(meter: Meter) {
    this.#active = createInstrument(meter, 'windhover.active_connections');
    this.#duration = createInstrument(meter, 'windhover.connection.duration');
    this.#rejected = createInstrument(meter, 'windhover.rejected_connections');
    this.#upgraded = createInstrument(meter, 'windhover.upgraded_connections');
    this.#handshakeDuration = createInstrument(meter, 'windhover.tls_handshake.duration');
    this.#activeHandshakes = createInstrument(meter, 'windhover.active_tls_handshakes');
    this.#queued = createInstrument(meter, 'windhover.queued_connections');
    this.#queued.addCallback(observeNone);
  }

  /** Ends the observation. Connections that are still open are no longer counted: their end would not be noticed. */
  [Symbol.dispose](): void {
    this.#queued.removeCallback(observeNone);
    for (const { attributes, handshakeStart } of this.#open.values()) {
      this.#active.add(-1, attributes);
      if (handshakeStart !== undefined) this.#activeHandshakes.add(-1, attributes);
    }
    this.#open.clear();
  }

  get subscribers(): Subscribers {
    return {
      'windhover:connection:accepted': ({ connection }) => this.#accepted(connection),
      'windhover:connection:rejected': ({ connection }) => this.#wasRejected(connection),
      'windhover:connection:upgraded': ({ connection }) => this.#wasUpgraded(connection),
      'windhover:connection:ending': ({ connection, reason }) => this.#failed(connection, reason),
      'windhover:connection:closed': ({ connection, error }) => this.#closed(connection, error),
      'windhover:tls:start': ({ connection }) => this.#handshakeStarted(connection),
      'windhover:tls:end': ({ connection }) => this.#handshakeEnded(connection, undefined),
      'windhover:tls:refused': ({ connection, error }) => this.#handshakeEnded(connection, error),
      'windhover:proxy-protocol:refused': ({ connection }) => this.#failed(connection, 'invalid_handshake'),
      'windhover:request:start': (message) => this.#requestStarted(message),
      'windhover:request:refused': ({ connection, error }) =>
        this.#failed(connection, refusedRequestErrorType(error.code)),
    };
  }

  #accepted(connection: Connection): void {
    const attributes = endpointAttributes(connection);
    this.#active.add(1, attributes);
    this.#open.set(connection.id, {
      startTime: performance.now(),
      attributes,
      errorType: undefined,
      protocolVersion: undefined,
      tlsVersion: undefined,
      handshakeStart: undefined,
    });
  }

  #attributesOf(connection: Connection): Attributes {
    return this.#open.get(connection.id)?.attributes ?? endpointAttributes(connection);
  }

  #wasRejected(connection: Connection): void {
    this.#rejected.add(1, this.#attributesOf(connection));
    this.#failed(connection, 'max_concurrent_connections_exceeded');
  }

  #wasUpgraded(connection: Connection): void {
    const attributes = this.#attributesOf(connection);
    this.#upgraded.add(1, attributes);
    connection.onClosed({ closed: () => this.#upgraded.add(-1, attributes) });
  }

  #requestStarted({ connection, features }: RequestMessage): void {
    if (this.#identified.has(connection)) return;
    this.#identified.add(connection);
    const open = this.#open.get(connection.id);
    if (open === undefined || open.protocolVersion !== undefined) return;
    open.protocolVersion = versionAttribute(features.require(HttpRequestFeature).protocol);
  }

  /** A shutdown timeout replaces an earlier reason. */
  #failed({ id }: Connection, errorType: string | undefined): void {
    const open = this.#open.get(id);
    if (open === undefined || errorType === undefined) return;
    if (open.errorType === undefined || errorType === 'app_shutdown_timeout') open.errorType = errorType;
  }

  #closed(connection: Connection, error: Error | undefined): void {
    const open = this.#open.get(connection.id);
    if (open === undefined) return;
    this.#open.delete(connection.id);
    const { attributes, startTime, protocolVersion, tlsVersion } = open;
    const errorType = open.errorType ?? (error === undefined ? undefined : closedErrorType(error));
    this.#active.add(-1, attributes);
    this.#duration.record(secondsSince(startTime), {
      ...attributes,
      ...(protocolVersion !== undefined && {
        'network.protocol.name': 'http',
        'network.protocol.version': protocolVersion,
      }),
      ...(tlsVersion !== undefined && { 'tls.protocol.version': tlsVersion }),
      ...(errorType !== undefined && { 'error.type': errorType }),
    });
  }

  // TLS

  #handshakeStarted(connection: Connection): void {
    const open = this.#open.get(connection.id);
    if (open === undefined) return;
    open.handshakeStart = performance.now();
    this.#activeHandshakes.add(1, open.attributes);
  }

  #handshakeEnded(connection: Connection, error: CodedError | undefined): void {
    const open = this.#open.get(connection.id);
    if (open?.handshakeStart === undefined) return;
    const { attributes, handshakeStart } = open;
    open.handshakeStart = undefined;
    open.tlsVersion = tlsVersionOf(connection);
    this.#activeHandshakes.add(-1, attributes);
    const isPlain = error === undefined && open.tlsVersion === undefined;
    if (isPlain) return;
    this.#handshakeDuration.record(secondsSince(handshakeStart), {
      ...attributes,
      ...(open.tlsVersion !== undefined && { 'tls.protocol.version': open.tlsVersion }),
      ...(error !== undefined && { 'error.type': error.code }),
    });
    if (error !== undefined) this.#failed(connection, 'tls_handshake_failed');
  }
}

const observeNone: ObservableCallback = (result) => result.observe(0);

/** `1.3` of `TLSv1.3`. */
const tlsVersionOf = ({ features }: Connection): string | undefined =>
  features.get(TlsHandshakeFeature)?.protocol.replace(/^TLSv/, '');

/** Attributes of the endpoint that accepted a connection. */
const endpointAttributes = ({ features }: Connection): Attributes => {
  const local = features.get(ConnectionEndpointFeature)?.localEndpoint;
  switch (local?.kind) {
    case 'ip':
      return {
        'server.address': local.address,
        'server.port': local.port,
        'network.type': local.address.includes(':') ? 'ipv6' : 'ipv4',
        'network.transport': 'tcp',
      };
    case 'unix':
      return { 'server.address': local.path, 'network.transport': 'unix' };
    case 'pipe':
      return { 'server.address': local.name, 'network.transport': 'pipe' };
    default: {
      const transport = features.get(ConnectionTransportFeature)?.transport;
      return transport === undefined ? {} : { 'network.transport': transport };
    }
  }
};
