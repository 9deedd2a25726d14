import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';
import type { Clock } from '@windhover/server';

/** Bytes queued in one direction of a slow connection. */
class Queue {
  readonly #pieces: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** Removes and returns the next bytes. @param most maximum number of bytes */
  take(most: number): Uint8Array {
    const first = this.#pieces.shift()!;
    if (first.length <= most) return first;
    this.#pieces.unshift(first.subarray(most));
    return first.subarray(0, most);
  }
}

/** The client's side of a connection whose byte rate a test can limit in both directions. */
export class SlowConnection extends LayeredConnection {
  readonly #clock: Clock;
  readonly #outgoing = new Queue();
  readonly #incoming = new Queue();
  #next: Receiver | undefined;
  #rate = Infinity;
  #isPaused = false;
  #isEnding = false;
  #peerHasEnded = false;
  #stopTimer: (() => void) | undefined;

  constructor(below: Connection, clock: Clock) {
    super(below);
    this.#clock = clock;
    below.onClosed({ closed: () => this.#stopTimer?.() });
  }

  /** Limits the rate in each direction. @param bytesPerSecond by the server's clock */
  slow(bytesPerSecond: number): void {
    this.#rate = bytesPerSecond;
    this.#stopTimer ??= this.#clock.every(1000, () => this.#tick());
  }

  override start(receiver: Receiver): void {
    this.#next = receiver;
    super.start({
      received: (bytes) => this.#received(bytes),
      drained: () => this.#next!.drained(),
      ended: () => this.#ended(),
      closed: (error) => this.#next!.closed(error),
    });
  }

  override pause(): void {
    this.#isPaused = true;
    super.pause();
  }

  /** Bytes that wait here are received at the next tick. */
  override resume(): void {
    this.#isPaused = false;
    if (this.#incoming.isEmpty) super.resume();
  }

  override write(bytes: Uint8Array | string): boolean {
    if (this.#rate === Infinity && this.#outgoing.isEmpty) return super.write(bytes);
    this.#outgoing.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return false;
  }

  override end(): void {
    if (this.#outgoing.isEmpty) super.end();
    else this.#isEnding = true;
  }

  #received(bytes: Uint8Array): void {
    if (this.#rate === Infinity) return this.#next!.received(bytes);
    this.#incoming.push(bytes);
    this.below.pause();
  }

  #ended(): void {
    if (this.#incoming.isEmpty) this.#next!.ended();
    else this.#peerHasEnded = true;
  }

  #tick(): void {
    this.#send();
    if (this.#incoming.isEmpty) return;
    for (let left = this.#rate; left > 0 && !this.#incoming.isEmpty && !this.#isPaused;) {
      const bytes = this.#incoming.take(left);
      left -= bytes.length;
      this.#next!.received(bytes);
    }
    if (!this.#incoming.isEmpty || this.#isPaused) return;
    if (this.#peerHasEnded) this.#next!.ended();
    else super.resume();
  }

  #send(): void {
    if (this.#outgoing.isEmpty) return;
    for (let left = this.#rate; left > 0 && !this.#outgoing.isEmpty;) {
      const bytes = this.#outgoing.take(left);
      left -= bytes.length;
      this.below.write(bytes);
    }
    if (!this.#outgoing.isEmpty) return;
    if (this.#isEnding) super.end();
    else this.#next?.drained();
  }
}
