import type { Http2Stream } from './http2-stream.ts';
import { RecentStreams } from './recent-streams.ts';

/** How many streams may have handlers that still run, for each that may be open. */
const runningPerOpen = 2;
/** Priorities that are kept for streams to come. */
const maxPriorities = 32;

/**
 * The streams of one connection. A stream that is over counts until its handler has finished, whichever side has ended it:
 * a client that opens and resets streams at once (Rapid Reset), or makes the server reset them, soon gets no more.
 *
 * Source: RFC 9113 section 5.1.2
 */
export class StreamTable implements Iterable<Http2Stream> {
  readonly #open = new Map<number, Http2Stream>();
  readonly #maxOpen: number;
  #running = 0;
  /** Handlers that run although their stream is over. */
  #orphans = 0;
  #last = 0;
  #count = 0;
  #recent: RecentStreams | undefined;
  #priorities: Map<number, string> | undefined;

  constructor(maxOpen: number) {
    this.#maxOpen = maxOpen;
  }

  get(streamId: number): Http2Stream | undefined {
    return this.#open.get(streamId);
  }

  [Symbol.iterator](): Iterator<Http2Stream> {
    return this.#open.values();
  }

  /** The highest identifier that the client has used. */
  get last(): number {
    return this.#last;
  }

  /** Requests so far. */
  get count(): number {
    return this.#count;
  }

  /** Handlers that have not finished. */
  get running(): number {
    return this.#running;
  }

  /** Whether no stream is open and no handler runs. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#running === 0;
  }

  get recent(): RecentStreams {
    return (this.#recent ??= new RecentStreams());
  }

  /** Whether one more stream may be open, and one more handler may run. */
  get hasRoom(): boolean {
    return this.#open.size < this.#maxOpen && this.#open.size + this.#orphans < this.#maxOpen * runningPerOpen;
  }

  /** Whether the client has not opened the stream yet; one with an even identifier it never can. */
  isIdle(streamId: number): boolean {
    return streamId > this.#last || (streamId & 1) === 0;
  }

  /** The client has used the identifier. */
  opened(streamId: number): void {
    this.#last = streamId;
  }

  /** A request has come, and its handler starts. */
  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream);
    stream.isRunning = true;
    this.#running++;
    this.#count++;
  }

  /** The stream is over. */
  remove(stream: Http2Stream): void {
    if (this.#open.delete(stream.id) && stream.isRunning) this.#orphans++;
  }

  handlerFinished(stream: Http2Stream): void {
    stream.isRunning = false;
    this.#running--;
    if (!this.#open.has(stream.id)) this.#orphans--;
  }

  /** PRIORITY_UPDATE may come before its stream (RFC 9218 7.1); a few of them are kept. */
  keepPriority(streamId: number, priority: string): void {
    const priorities = (this.#priorities ??= new Map());
    if (priorities.size < maxPriorities || priorities.has(streamId)) priorities.set(streamId, priority);
  }

  takePriority(streamId: number): string | undefined {
    const priority = this.#priorities?.get(streamId);
    if (priority !== undefined) this.#priorities!.delete(streamId);
    return priority;
  }
}
