import {
  ConnectionBase,
  ConnectionEndpointFeature,
  ConnectionError,
  ConnectionTransportFeature,
  type MemoryEndpoint,
  type Receiver,
} from '@windhover/connections';
import { requestTurn } from './memory-turn.ts';

/** A copy in separate memory: the receiver owns its bytes, and the writer may reuse its memory. */
const ownBytes = (bytes: Uint8Array | string): Uint8Array => {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  if (typeof bytes === 'string') copy.write(bytes, 'latin1');
  else copy.set(bytes);
  return copy;
};

/** One end of a pair. Written bytes wait in the inbox of the peer until its turn. */
export class MemoryConnection extends ConnectionBase implements ConnectionEndpointFeature, ConnectionTransportFeature {
  readonly transport = 'memory';
  readonly localEndpoint: MemoryEndpoint;
  readonly remoteEndpoint: MemoryEndpoint;
  readonly #highWaterMark: number;
  #peer: MemoryConnection | undefined;
  #receiver: Receiver | undefined;
  #inbox: Uint8Array[] = [];
  /** Bytes in the inbox, compared with the high-water mark of the peer. */
  #inboxSize = 0;
  #paused = false;
  #turnRequested = false;
  /** `end` was called on this side. */
  #ended = false;
  /** `end` was called on the side of the peer; `#peerEndTold` is set when the receiver was called with `ended`. */
  #peerEnded = false;
  #peerEndTold = false;
  /** `write` returned false; `#drainDue` is set when the inbox of the peer has become empty since. */
  #writeBlocked = false;
  #drainDue = false;
  /** The reason of an abort, between `abort` and `closed`. */
  #failure: Error | undefined;
  /** `dispose` was called: bytes that arrive are dropped. */
  #disposed = false;

  /** Two connected ends. The first one has `endpoints[0]` as its local endpoint. */
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

  /** Called by the scheduler: passes everything that has arrived since the last turn to the receiver. */
  takeTurn(): void {
    this.#turnRequested = false;
    if (this.#peer === undefined) return;
    if (this.#failure === undefined && !this.#disposed && this.#receiver !== undefined)
      this.#tellOrRetry(this.#receiver);
    if (this.#failure !== undefined || this.#disposed || (this.#ended && this.#peerEndTold)) this.#close();
  }

  /** When the receiver throws, the events after it follow in another turn. */
  #tellOrRetry(receiver: Receiver): void {
    try {
      this.#tell(receiver);
    } catch (error) {
      this.#requestTurn();
      throw error;
    }
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

  /** Whether neither `received` nor `ended` may be called now. */
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

  /** Puts the bytes back that remain after a pause or an error of the receiver. */
  #keep(inbox: Uint8Array[], taken: number): void {
    if (this.#failure !== undefined || taken === inbox.length) return;
    this.#inbox = [...inbox.slice(taken), ...this.#inbox];
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
