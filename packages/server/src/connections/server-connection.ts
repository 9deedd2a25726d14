import {
  type CloseRequestListener,
  type Connection,
  ConnectionEndpointNameFeature,
  ConnectionHeartbeatFeature,
  ConnectionItemsFeature,
  ConnectionLifetimeFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import { type FeatureCollection, type FeatureKey, FeatureMissingError } from '@windhover/features';
import { heartbeatInterval } from '../lifetime/heartbeat.ts';
import type { ServerFeatures } from './server-features.ts';

/** State shared by all connections of one endpoint. */
export interface ConnectionHost {
  /** Milliseconds of the clock at the last heartbeat. */
  readonly now: number;
  readonly endpointName: string;
  /** Features of the server and the host. */
  readonly serverFeatures: ServerFeatures;
}

/** State that few connections need; allocated on first use. */
interface OnDemand {
  items?: Map<unknown, unknown>;
  closed?: AbortController;
  closeRequested?: AbortController;
}

/** Features of `ServerConnection`. */
const keys = [
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  ConnectionLifetimeFeature,
  ConnectionItemsFeature,
  ConnectionEndpointNameFeature,
] as const;

/**
 * The server's record of one connection. It also provides the server's features of the connection, followed by the
 * features of the server and the host. The connection inherits all of them, so none takes memory per connection.
 */
export class ServerConnection
  implements
    FeatureCollection,
    ConnectionHeartbeatFeature,
    ConnectionLifetimeNotificationFeature,
    ConnectionLifetimeFeature,
    ConnectionItemsFeature,
    ConnectionEndpointNameFeature
{
  readonly connection: Connection;
  readonly #host: ConnectionHost;
  #heartbeatListeners: HeartbeatListener | HeartbeatListener[] | undefined;
  #closeListener: CloseRequestListener | undefined;
  #isCloseRequested = false;
  #onDemand: OnDemand | undefined;

  constructor(connection: Connection, host: ConnectionHost) {
    this.connection = connection;
    this.#host = host;
    if (connection.inherit === undefined) this.#storeIn(connection.features);
    else connection.inherit(this);
  }

  #storeIn(features: FeatureCollection): void {
    this.#host.serverFeatures.copyTo(features);
    for (const key of keys) features.set<unknown>(key, this);
  }

  // FeatureCollection

  get<T>(key: FeatureKey<T>): T | undefined {
    return this.#provides(key.id) ? (this as unknown as T) : this.#host.serverFeatures.get(key);
  }

  #provides(id: symbol): boolean {
    return (
      id === ConnectionHeartbeatFeature.id ||
      id === ConnectionLifetimeNotificationFeature.id ||
      id === ConnectionLifetimeFeature.id ||
      id === ConnectionItemsFeature.id ||
      id === ConnectionEndpointNameFeature.id
    );
  }

  require<T>(key: FeatureKey<T>): T {
    const value = this.get(key);
    if (value === undefined) throw new FeatureMissingError(key.name);
    return value;
  }

  set<T>(key: FeatureKey<T>, value: T | undefined): void {
    this.connection.features.set(key, value);
  }

  /** Increases when a feature of the server is set. Features set on the connection are stored by the connection. */
  get revision(): number {
    return this.#host.serverFeatures.revision;
  }

  // ConnectionEndpointNameFeature, ConnectionItemsFeature

  get endpointName(): string {
    return this.#host.endpointName;
  }

  get items(): Map<unknown, unknown> {
    return (this.#demanded.items ??= new Map());
  }

  get #demanded(): OnDemand {
    return (this.#onDemand ??= {});
  }

  // ConnectionHeartbeatFeature

  get now(): number {
    return this.#host.now;
  }

  deadlineAfter(duration: number): number {
    return this.#host.now + duration + heartbeatInterval;
  }

  /** Usually one listener; TLS below a protocol makes two. */
  onHeartbeat(listener: HeartbeatListener): void {
    const listeners = this.#heartbeatListeners;
    if (listeners === undefined) this.#heartbeatListeners = listener;
    else if (Array.isArray(listeners)) this.#heartbeatListeners = [...listeners, listener];
    else this.#heartbeatListeners = [listeners, listener];
  }

  /** Creates a new list, because a listener may remove itself while it is called. */
  offHeartbeat(listener: HeartbeatListener): void {
    const listeners = this.#heartbeatListeners;
    if (Array.isArray(listeners)) this.#heartbeatListeners = listeners.filter((other) => other !== listener);
    else if (listeners === listener) this.#heartbeatListeners = undefined;
  }

  beat(now: number): void {
    const listeners = this.#heartbeatListeners;
    if (listeners === undefined) return;
    if (Array.isArray(listeners)) for (const listener of listeners) listener.heartbeat(now);
    else listeners.heartbeat(now);
  }

  // ConnectionLifetimeFeature, ConnectionLifetimeNotificationFeature

  get connectionClosed(): AbortSignal {
    const demanded = this.#demanded;
    if (demanded.closed === undefined) {
      const closed = new AbortController();
      demanded.closed = closed;
      this.connection.onClosed({ closed: (_connection, error) => closed.abort(error) });
    }
    return demanded.closed.signal;
  }

  get isCloseRequested(): boolean {
    return this.#isCloseRequested;
  }

  get connectionClosedRequested(): AbortSignal {
    const demanded = this.#demanded;
    if (demanded.closeRequested === undefined) {
      demanded.closeRequested = new AbortController();
      if (this.#isCloseRequested) demanded.closeRequested.abort();
    }
    return demanded.closeRequested.signal;
  }

  requestClose(): void {
    if (this.#isCloseRequested) return;
    this.#isCloseRequested = true;
    this.#onDemand?.closeRequested?.abort();
    this.#closeListener?.closeRequested();
  }

  onCloseRequested(listener: CloseRequestListener): void {
    this.#closeListener = listener;
    if (this.#isCloseRequested) listener.closeRequested();
  }
}
