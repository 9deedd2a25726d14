import type { Duplex } from 'node:stream';
import { type ClosedObserver, type Connection, type Receiver, takeStream } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';

/**
 * The connection below an upgraded exchange, which first gives the bytes that came behind the request. From then on
 * every call goes straight through.
 */
export class UpgradedConnection implements Connection {
  readonly #connection: Connection;
  readonly #early: Uint8Array[];
  /** The peer had ended its side before the upgrade, which the receiver has to be told behind the early bytes. */
  #owesEnd: boolean;
  readonly #onTakenOver: () => void;
  #receiver: Receiver | undefined;
  #isPaused = false;

  /** @param onTakenOver called when the connection is started, and when its stream is taken */
  constructor(connection: Connection, early: Uint8Array[], peerHasEnded: boolean, onTakenOver: () => void) {
    this.#onTakenOver = onTakenOver;
    this.#connection = connection;
    this.#early = early;
    this.#owesEnd = peerHasEnded;
    // Until somebody is there to take them, bytes stay where they are.
    connection.pause();
  }

  get id(): string {
    return this.#connection.id;
  }

  get features(): FeatureCollection {
    return this.#connection.features;
  }

  start(receiver: Receiver): void {
    this.#onTakenOver();
    this.#receiver = receiver;
    this.#connection.start(receiver);
    this.#flow();
  }

  /** The stream below, with the early bytes in front; not once bytes were handed on, or with an end that is owed. */
  takeStream(): Duplex | undefined {
    if (this.#receiver !== undefined || this.#owesEnd) return undefined;
    const stream = takeStream(this.#connection);
    if (stream === undefined) return undefined;
    this.#onTakenOver();
    for (const bytes of this.#early.splice(0).toReversed()) stream.unshift(bytes);
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

  /** What came early, then the connection itself; the receiver may pause in between. */
  #flow(): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    while (!this.#isPaused && this.#early.length > 0) receiver.received(this.#early.shift()!);
    if (this.#isPaused) return;
    if (this.#owesEnd) {
      this.#owesEnd = false;
      receiver.ended();
    }
    this.#connection.resume();
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#connection.write(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  abort(reason?: Error): void {
    this.#connection.abort(reason);
  }

  dispose(): void {
    this.#connection.dispose();
  }

  onClosed(observer: ClosedObserver): void {
    this.#connection.onClosed(observer);
  }
}
