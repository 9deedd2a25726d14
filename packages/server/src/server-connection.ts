import {
  type CloseRequestListener,
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import type { Heartbeat } from './heartbeat.ts';

/** What the server keeps of one connection, and what it offers to the layers on it. */
export class ServerConnection implements ConnectionHeartbeatFeature, ConnectionLifetimeNotificationFeature {
  readonly connection: Connection;
  readonly #heartbeat: Heartbeat;
  #heartbeatListeners: HeartbeatListener | HeartbeatListener[] | undefined;
  #closeListener: CloseRequestListener | undefined;
  #isCloseRequested = false;

  constructor(connection: Connection, heartbeat: Heartbeat) {
    this.connection = connection;
    this.#heartbeat = heartbeat;
    connection.features.set(ConnectionHeartbeatFeature, this);
    connection.features.set(ConnectionLifetimeNotificationFeature, this);
  }

  get now(): number {
    return this.#heartbeat.now;
  }

  /** One listener is the rule; TLS below a protocol makes two. */
  onHeartbeat(listener: HeartbeatListener): void {
    const listeners = this.#heartbeatListeners;
    if (listeners === undefined) this.#heartbeatListeners = listener;
    else if (Array.isArray(listeners)) listeners.push(listener);
    else this.#heartbeatListeners = [listeners, listener];
  }

  beat(now: number): void {
    const listeners = this.#heartbeatListeners;
    if (listeners === undefined) return;
    if (Array.isArray(listeners)) for (const listener of listeners) listener.heartbeat(now);
    else listeners.heartbeat(now);
  }

  get isCloseRequested(): boolean {
    return this.#isCloseRequested;
  }

  requestClose(): void {
    if (this.#isCloseRequested) return;
    this.#isCloseRequested = true;
    this.#closeListener?.closeRequested();
  }

  onCloseRequested(listener: CloseRequestListener): void {
    this.#closeListener = listener;
    if (this.#isCloseRequested) listener.closeRequested();
  }
}
