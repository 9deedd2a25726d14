import { Buffer } from 'node:buffer';
import type { Connection } from '@windhover/connections';
import { OutputBuffer } from '../codec/output-buffer.ts';

/** The owner of an output. */
export interface OutputSource {
  /** Called at the end of a turn, to write held content. */
  beforeFlush(): void;
  /** Called when bytes were written to a connection under pressure. */
  writtenUnderPressure(size: number, wasUnderPressure: boolean): void;
  /** Called when the batch of a turn has been written. */
  afterFlush(): void;
}

const firstRoom = 16 * 1024;
/** Up to this size a batch is copied and its buffer reused; a larger buffer is handed over. */
const largestCopy = 16 * 1024;
/** From this size, content is not copied into the batch if the connection accepts several pieces. */
const largePiece = 4 * 1024;
/** Size at which a batch is written. */
const largestBatch = 64 * 1024;
/** Room for the headers of the frames of large content. */
const headersRoom = 1024;
/** Room for a full batch, whose last frame may begin just below the limit. */
const largestRoom = largestBatch + 16 * 1024 + headersRoom;

/** Unused buffers. A connection holds one from the first frame of a batch to its flush. */
const spare: OutputBuffer[] = [];
const maxSpare = 16;

/**
 * Output of a connection, collected so that all frames of one received chunk, or of one turn of the event loop, are
 * sent in one write. Large content is not copied if the connection accepts a write in pieces. Between batches it holds
 * no memory.
 */
export class Output {
  readonly #connection: Connection;
  readonly #source: OutputSource;
  /** Frames of the batch after the last of its pieces. */
  #buffer: OutputBuffer | undefined;
  /** The batch before `#buffer`; the last piece is large content. */
  #pieces: Uint8Array[] | undefined;
  #piecesSize = 0;
  #isFlushQueued = false;
  #isUnderPressure = false;
  /** While true, a call of `flush` follows soon. */
  isBatching = false;

  constructor(connection: Connection, source: OutputSource) {
    this.#connection = connection;
    this.#source = source;
  }

  /** Whether the connection takes bytes more slowly than they are written. */
  get isUnderPressure(): boolean {
    return this.#isUnderPressure;
  }

  /** Whether the batch should be written before more is added. */
  get isFull(): boolean {
    return this.#size >= largestBatch;
  }

  get #size(): number {
    return this.#piecesSize + (this.#buffer === undefined ? 0 : this.#buffer.length);
  }

  /** Whether a flush follows at the end of the batch or turn. */
  get isFlushDue(): boolean {
    return this.isBatching || this.#isFlushQueued;
  }

  /** The buffer that frames are written to; a flush follows at the end of the batch or turn. */
  begin(): OutputBuffer {
    this.requestFlush();
    return (this.#buffer ??= spare.pop() ?? new OutputBuffer(Buffer.allocUnsafeSlow(firstRoom)));
  }

  /**
   * The buffer for a frame of content, with room for the content that follows: growing in steps would copy large
   * content several times.
   *
   * @param left bytes of content from this frame on
   */
  beginContent(left: number): OutputBuffer {
    const buffer = this.begin();
    const { length, bytes } = buffer;
    const needed = length + left + headersRoom;
    if (needed <= bytes.length || bytes.length >= largestRoom) return buffer;
    const room = Math.min(Math.max(needed, 2 * bytes.length), largestRoom);
    const larger = new OutputBuffer(Buffer.allocUnsafeSlow(room));
    larger.copy(bytes.subarray(0, length));
    keepSpare(buffer);
    return (this.#buffer = larger);
  }

  /** Whether content of this size is added with `piece` instead of being copied into the buffer. */
  takesPiece(size: number): boolean {
    return size >= largePiece && this.#connection.writeAll !== undefined;
  }

  /** Adds content after the frames so far, without copying it. `begin` was called before, for the header of its frame. */
  piece(content: Uint8Array): void {
    const frames = takeBatch(this.#buffer!);
    this.#buffer = undefined;
    (this.#pieces ??= []).push(frames, content);
    this.#piecesSize += frames.length + content.length;
  }

  /** Schedules a flush at the end of this batch or turn. */
  requestFlush(): void {
    if (this.isBatching || this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    process.nextTick(flushQueued, this);
  }

  /** Schedules a flush after the callbacks of promises that are already settled. */
  requestLateFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    // `nextTick` alone would run before the promise callbacks.
    queueMicrotask(() => process.nextTick(flushQueued, this));
  }

  /** Writes the batch. */
  flush(): void {
    const size = this.#size;
    const buffer = this.#buffer;
    this.#buffer = undefined;
    const frames = buffer === undefined || buffer.length === 0 ? undefined : takeBatch(buffer);
    if (this.#pieces !== undefined) this.#writeAll(this.#pieces, frames, size);
    else if (frames !== undefined) this.#written(size, this.#connection.write(frames));
  }

  #writeAll(pieces: Uint8Array[], frames: Uint8Array | undefined, size: number): void {
    this.#pieces = undefined;
    this.#piecesSize = 0;
    if (frames !== undefined) pieces.push(frames);
    this.#written(size, this.#connection.writeAll!(pieces));
  }

  #written(size: number, takesMore: boolean): void {
    if (takesMore) return;
    const wasUnderPressure = this.#isUnderPressure;
    this.#isUnderPressure = true;
    this.#source.writtenUnderPressure(size, wasUnderPressure);
  }

  /** Called when the connection has sent everything. */
  drained(): void {
    this.#isUnderPressure = false;
  }

  /** Runs the scheduled flush of this turn. */
  flushQueued(): void {
    this.#isFlushQueued = false;
    this.#source.beforeFlush();
    this.flush();
    this.#source.afterFlush();
  }
}

/** Takes the bytes for the connection, which owns them afterwards. */
const takeBatch = (buffer: OutputBuffer): Uint8Array => {
  const { length } = buffer;
  const batch = buffer.bytes.subarray(0, length);
  if (length > largestCopy) return batch;
  const copy = Buffer.allocUnsafe(length);
  copy.set(batch);
  keepSpare(buffer);
  return copy;
};

/** Keeps a buffer for the next batch, unless it has grown. */
const keepSpare = (buffer: OutputBuffer): void => {
  buffer.length = 0;
  if (spare.length < maxSpare && buffer.bytes.length === firstRoom) spare.push(buffer);
};

const flushQueued = (output: Output): void => output.flushQueued();
