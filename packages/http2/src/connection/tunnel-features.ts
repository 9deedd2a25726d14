import {
  type CloseRequestListener,
  type ClosedObserver,
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';

/**
 * The features of a tunnel that differ from those of the connection which carries its stream: the connection lives longer
 * than the tunnel, and has other streams with listeners of their own.
 */
export class TunnelFeatures
  implements
    ConnectionLifetimeFeature,
    ConnectionLifetimeNotificationFeature,
    ConnectionHeartbeatFeature,
    ClosedObserver
{
  readonly #tunnel: Connection;
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  /** Listeners to remove when the tunnel is closed; `undefined` after that. */
  #heartbeatListeners: HeartbeatListener[] | undefined = [];
  #closeListener: CloseRequestListener | undefined;
  #closeRequested: AbortController | undefined;
  #closed: AbortController | undefined;
  isCloseRequested: boolean;

  /** @param below features of the connection that carries the stream */
  constructor(tunnel: Connection, below: FeatureCollection) {
    this.#tunnel = tunnel;
    this.#heartbeat = below.get(ConnectionHeartbeatFeature);
    this.isCloseRequested = below.get(ConnectionLifetimeNotificationFeature)?.isCloseRequested === true;
    tunnel.onClosed(this);
  }

  /** The feature with an id, if it is one of these. */
  provided(id: symbol): this | undefined {
    switch (id) {
      case ConnectionLifetimeFeature.id:
      case ConnectionLifetimeNotificationFeature.id:
        return this;
      case ConnectionHeartbeatFeature.id:
        return this.#heartbeat === undefined ? undefined : this;
      default:
        return undefined;
    }
  }

  closed(): void {
    const listeners = this.#heartbeatListeners ?? [];
    this.#heartbeatListeners = undefined;
    this.#closeListener = undefined;
    for (const listener of listeners) this.#heartbeat?.offHeartbeat?.(listener);
  }

  // ConnectionHeartbeatFeature

  get now(): number {
    return this.#heartbeat!.now;
  }

  deadlineAfter(duration: number): number {
    return this.#heartbeat!.deadlineAfter(duration);
  }

  onHeartbeat(listener: HeartbeatListener): void {
    if (this.#heartbeatListeners === undefined) return;
    this.#heartbeatListeners.push(listener);
    this.#heartbeat!.onHeartbeat(listener);
  }

  offHeartbeat(listener: HeartbeatListener): void {
    this.#heartbeatListeners = this.#heartbeatListeners?.filter((other) => other !== listener);
    this.#heartbeat!.offHeartbeat?.(listener);
  }

  // ConnectionLifetimeFeature

  get connectionClosed(): AbortSignal {
    if (this.#closed === undefined) {
      const closed = new AbortController();
      this.#closed = closed;
      this.#tunnel.onClosed({ closed: (_tunnel, error) => closed.abort(error) });
    }
    return this.#closed.signal;
  }

  // ConnectionLifetimeNotificationFeature

  get connectionClosedRequested(): AbortSignal {
    if (this.#closeRequested === undefined) {
      this.#closeRequested = new AbortController();
      if (this.isCloseRequested) this.#closeRequested.abort();
    }
    return this.#closeRequested.signal;
  }

  /** Asks the receiver of this tunnel only: other streams of the connection continue. */
  requestClose(): void {
    if (this.isCloseRequested) return;
    this.isCloseRequested = true;
    this.#closeRequested?.abort();
    this.#closeListener?.closeRequested();
  }

  onCloseRequested(listener: CloseRequestListener): void {
    this.#closeListener = listener;
    if (this.isCloseRequested) listener.closeRequested();
  }
}
