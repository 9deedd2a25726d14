import type { Http2Stream } from './http2-stream.ts';
import { RecentStreams } from './recent-streams.ts';

/** Handlers that may run per allowed open stream. */
const runningPerOpen = 2;
/** Maximum number of priorities kept for streams that are not open yet. */
const maxPriorities = 32;

/**
 * The streams of one connection. A closed stream counts until its handler has finished, whichever side has closed it: a
 * client that opens and resets streams at once (Rapid Reset), or makes the server reset them, soon reaches the limit.
 *
 * Source: RFC 9113 section 5.1.2
 */
export class StreamTable implements Iterable<Http2Stream> {
  readonly #open = new Map<number, Http2Stream>();
  readonly #maxOpen: number;
  #running = 0;
  readonly #orphans = new Set<Http2Stream>();
  #last = 0;
  /** The highest identifier of a request that was ignored. */
  #lastIgnored = 0;
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

  /** The highest identifier that the client has used, without ignored requests. */
  get last(): number {
    return this.#last;
  }

  /** Number of requests. */
  get count(): number {
    return this.#count;
  }

  /** Number of handlers that have not finished. */
  get running(): number {
    return this.#running;
  }

  /** Whether no stream is open and no handler runs. */
  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#running === 0;
  }

  /** Closed streams whose handler still runs. */
  get orphans(): Iterable<Http2Stream> {
    return this.#orphans;
  }

  get recent(): RecentStreams {
    return (this.#recent ??= new RecentStreams());
  }

  /** Whether another stream may open and another handler may run. */
  get hasRoom(): boolean {
    return this.#open.size < this.#maxOpen && this.#open.size + this.#orphans.size < this.#maxOpen * runningPerOpen;
  }

  /** Whether the client has not opened the stream. Always true for even identifiers, which a client cannot open. */
  isIdle(streamId: number): boolean {
    return (streamId > this.#last && streamId > this.#lastIgnored) || (streamId & 1) === 0;
  }

  /**
   * Records a request that was sent before the client has received the last GOAWAY: its further frames are ignored too,
   * except that its DATA counts against the window of the connection (RFC 9113 6.8).
   */
  ignored(streamId: number): void {
    this.#lastIgnored = Math.max(this.#lastIgnored, streamId);
  }

  /** Records that the client has used the identifier. */
  opened(streamId: number): void {
    this.#last = streamId;
  }

  /** Adds the stream of a request whose handler starts. */
  add(stream: Http2Stream): void {
    this.#open.set(stream.id, stream);
    stream.isRunning = true;
    this.#running++;
    this.#count++;
  }

  /** Removes a closed stream. */
  remove(stream: Http2Stream): void {
    if (this.#open.delete(stream.id) && stream.isRunning) this.#orphans.add(stream);
  }

  handlerFinished(stream: Http2Stream): void {
    stream.isRunning = false;
    this.#running--;
    this.#orphans.delete(stream);
  }

  /** Keeps a PRIORITY_UPDATE that arrives before its stream (RFC 9218 7.1); only the last few are kept. */
  keepPriority(streamId: number, priority: string): void {
    const priorities = (this.#priorities ??= new Map());
    priorities.delete(streamId);
    // The oldest may be for a stream that was refused, or that is never opened.
    if (priorities.size >= maxPriorities) priorities.delete(priorities.keys().next().value);
    priorities.set(streamId, priority);
  }

  takePriority(streamId: number): string | undefined {
    const priority = this.#priorities?.get(streamId);
    if (priority !== undefined) this.#priorities!.delete(streamId);
    return priority;
  }
}
