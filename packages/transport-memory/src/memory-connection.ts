import {
  ConnectionBase,
  ConnectionEndpointFeature,
  ConnectionError,
  ConnectionTransportFeature,
  type MemoryEndpoint,
  type Receiver,
} from '@windhover/connections';
import { requestTurn } from './memory-turn.ts';

/** A copy in memory of its own, because the receiver owns what it gets and the writer may write its bytes again. */
const ownBytes = (bytes: Uint8Array | string): Uint8Array => {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  if (typeof bytes === 'string') copy.write(bytes, 'latin1');
  else copy.set(bytes);
  return copy;
};

/** One end of a pair of connected connections. What it writes waits in its peer's inbox until the peer's turn. */
export class MemoryConnection extends ConnectionBase implements ConnectionEndpointFeature, ConnectionTransportFeature {
  readonly transport = 'memory';
  readonly localEndpoint: MemoryEndpoint;
  readonly remoteEndpoint: MemoryEndpoint;
  readonly #highWaterMark: number;
  #peer: MemoryConnection | undefined;
  #receiver: Receiver | undefined;
  #inbox: Uint8Array[] = [];
  /** Bytes in the inbox, counted for the peer's high-water mark. */
  #inboxSize = 0;
  #paused = false;
  #turnRequested = false;
  /** We have called `end`. */
  #ended = false;
  /** The peer has called `end`; `#peerEndTold` when the receiver knows. */
  #peerEnded = false;
  #peerEndTold = false;
  /** `write` has returned false; `#drainDue` when the inbox of the peer is empty since. */
  #writeBlocked = false;
  #drainDue = false;
  /** Why the connection is being aborted; set between `abort` and `closed`. */
  #failure: Error | undefined;
  /** Nothing that comes is told any more. */
  #disposed = false;

  /** Two ends that are each other's peer; `first` stands at `endpoints[0]`. */
  static pair(
    endpoints: readonly [MemoryEndpoint, MemoryEndpoint],
    highWaterMarks: readonly [number, number],
  ): [MemoryConnection, MemoryConnection] {
    const first = new MemoryConnection(endpoints[0], endpoints[1], highWaterMarks[0]);
    const second = new MemoryConnection(endpoints[1], endpoints[0], highWaterMarks[1]);
    first.#peer = second;
    second.#peer = first;
    return [first, second];
  }

  private constructor(local: MemoryEndpoint, remote: MemoryEndpoint, highWaterMark: number) {
    super();
    this.localEndpoint = local;
    this.remoteEndpoint = remote;
    this.#highWaterMark = highWaterMark;
  }

  protected override builtIn(id: symbol): unknown {
    return id === ConnectionEndpointFeature.id || id === ConnectionTransportFeature.id ? this : undefined;
  }

  start(receiver: Receiver): void {
    if (this.isClosed) return this.startAfterClosed(receiver);
    this.#receiver = receiver;
    this.#requestTurn();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#requestTurn();
  }

  write(bytes: Uint8Array | string): boolean {
    const peer = this.#peer;
    if (peer === undefined || this.#ended || this.#failure !== undefined) return false;
    if (bytes.length > 0) peer.#deliver(ownBytes(bytes));
    if (peer.#inboxSize < this.#highWaterMark) return true;
    this.#writeBlocked = true;
    return false;
  }

  end(): void {
    const peer = this.#peer;
    if (peer === undefined || this.#ended || this.#failure !== undefined) return;
    this.#ended = true;
    peer.#peerEnded = true;
    peer.#requestTurn();
    this.#requestTurn();
  }

  abort(reason?: Error): void {
    const peer = this.#peer;
    if (peer === undefined || this.#failure !== undefined || this.#disposed) return;
    this.#fail(reason ?? new ConnectionError('CONNECTION_ABORTED'));
    if (peer.#peer !== undefined && peer.#failure === undefined) peer.#fail(new ConnectionError('CONNECTION_RESET'));
  }

  dispose(): void {
    const peer = this.#peer;
    if (peer === undefined || this.#failure !== undefined || this.#disposed) return;
    this.end();
    this.#disposed = true;
    this.#inbox = [];
    this.#inboxSize = 0;
    peer.#unblock();
    this.#requestTurn();
  }

  /** For the scheduler only: tells the receiver all that has come together since the last turn. */
  takeTurn(): void {
    this.#turnRequested = false;
    if (this.#peer === undefined) return;
    if (this.#failure === undefined && !this.#disposed && this.#receiver !== undefined) this.#tell(this.#receiver);
    if (this.#failure !== undefined || this.#disposed || (this.#ended && this.#peerEndTold)) this.#close();
  }

  #tell(receiver: Receiver): void {
    if (this.#drainDue) {
      this.#drainDue = false;
      if (!this.#ended) receiver.drained();
    }
    this.#emptyInbox();
    if (this.#inboxSize === 0 && this.#peerEnded && !this.#peerEndTold && !this.#silenced) {
      this.#peerEndTold = true;
      this.#receiver!.ended();
    }
  }

  /** Nothing but `closed` may be told now. */
  get #silenced(): boolean {
    return this.#paused || this.#failure !== undefined || this.#disposed;
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#disposed) return;
    this.#inbox.push(bytes);
    this.#inboxSize += bytes.length;
    this.#requestTurn();
  }

  #emptyInbox(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    let taken = 0;
    try {
      while (taken < inbox.length && !this.#silenced) {
        const bytes = inbox[taken++]!;
        this.#inboxSize -= bytes.length;
        this.#receiver!.received(bytes);
      }
    } finally {
      this.#keep(inbox, taken);
    }
    if (this.#inboxSize === 0 && this.#peer !== undefined) this.#peer.#unblock();
  }

  /** Puts back what a pause, or an error of the receiver, has left. */
  #keep(inbox: Uint8Array[], taken: number): void {
    if (this.#failure !== undefined || taken === inbox.length) return;
    this.#inbox = [...inbox.slice(taken), ...this.#inbox];
    if (!this.#paused) this.#requestTurn();
  }

  #unblock(): void {
    if (!this.#writeBlocked) return;
    this.#writeBlocked = false;
    this.#drainDue = true;
    this.#requestTurn();
  }

  #fail(reason: Error): void {
    this.#failure = reason;
    this.#inbox = [];
    this.#inboxSize = 0;
    this.#requestTurn();
  }

  #close(): void {
    const receiver = this.#receiver;
    const failure = this.#failure;
    this.#peer = undefined;
    this.#receiver = undefined;
    try {
      receiver?.closed(failure);
    } finally {
      this.notifyClosed(failure);
    }
  }

  #requestTurn(): void {
    if (this.#turnRequested || this.#peer === undefined) return;
    this.#turnRequested = true;
    requestTurn(this);
  }
}
