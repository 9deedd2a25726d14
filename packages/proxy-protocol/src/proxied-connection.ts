import type { Duplex } from 'node:stream';
import {
  type Connection,
  ConnectionBase,
  ConnectionEndpointFeature,
  type Endpoint,
  type Receiver,
  takeStream,
} from '@windhover/connections';
import { ProxyProtocolFeature } from './proxy-protocol-feature.ts';

/**
 * The connection behind its header: first it gives the bytes that came together with the header, from then on every
 * call goes straight through, and the receiver is that of the connection below. Its features are those below with other
 * endpoints; what is below still sees the proxy's.
 */
export class ProxiedConnection extends ConnectionBase implements ConnectionEndpointFeature {
  readonly #connection: Connection;
  readonly #feature: ProxyProtocolFeature;
  #early: Uint8Array | undefined;
  #receiver: Receiver | undefined;
  #isPaused = false;

  /** @param early came behind the header; its connection is paused */
  constructor(connection: Connection, feature: ProxyProtocolFeature, early: Uint8Array) {
    super(connection.features);
    this.#connection = connection;
    this.#feature = feature;
    this.#early = early.length === 0 ? undefined : early;
    connection.onClosed({ closed: (_below, error) => this.#closed(error) });
  }

  override get id(): string {
    return this.#connection.id;
  }

  get localEndpoint(): Endpoint | undefined {
    return this.#feature.endpoints?.destination;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#feature.endpoints?.source;
  }

  protected override builtIn(id: symbol): unknown {
    if (id === ProxyProtocolFeature.id) return this.#feature;
    // Without endpoints in the header those of the connection below are the real ones.
    return id === ConnectionEndpointFeature.id && this.#feature.endpoints !== undefined ? this : undefined;
  }

  start(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#connection.start(receiver);
    this.#flow();
  }

  /** The stream below, with the early bytes in front; not once there is a receiver. */
  takeStream(): Duplex | undefined {
    if (this.#receiver !== undefined) return undefined;
    const stream = takeStream(this.#connection);
    if (stream === undefined) return undefined;
    if (this.#early !== undefined) stream.unshift(this.#early);
    this.#early = undefined;
    return stream;
  }

  pause(): void {
    this.#isPaused = true;
    this.#connection.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#flow();
  }

  /** The connection below stays paused until the early bytes are told; that is never inside `start` or `resume`. */
  #flow(): void {
    if (this.#isPaused || this.#receiver === undefined) return;
    if (this.#early === undefined) this.#connection.resume();
    else queueMicrotask(() => this.#tellEarly());
  }

  #tellEarly(): void {
    const early = this.#early;
    if (this.#isPaused || early === undefined) return;
    this.#early = undefined;
    // First: nothing is told within it, and the receiver may pause again.
    this.#connection.resume();
    this.#receiver!.received(early);
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#connection.write(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  abort(reason?: Error): void {
    this.#early = undefined;
    this.#connection.abort(reason);
  }

  dispose(): void {
    this.#early = undefined;
    this.#connection.dispose();
  }

  #closed(error: Error | undefined): void {
    this.#early = undefined;
    this.notifyClosed(error);
  }
}
