import { Duplex } from 'node:stream';
import { type Connection, ConnectionError, type Receiver } from '@windhover/connections';
import { type ResponseHead, parseResponseHead } from './response-head.ts';

type Callback = (error?: Error | null) => void;

interface Piece {
  readonly chunk: Uint8Array | string;
  readonly encoding: BufferEncoding;
}

/** Up to this many bytes, pieces written together are worth copying into one write. */
const worthJoining = 64 * 1024;

const asBuffer = ({ chunk, encoding }: Piece): Uint8Array =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;

/**
 * What becomes of the response that is written first.
 *
 * @returns the connection that the stream stands for from then on; `undefined` when the request was refused
 */
export type UpgradeAnswer = (head: ResponseHead) => Connection | undefined;

/** Hands on what a connection tells; the stream cannot be the receiver itself, because its `closed` is a property. */
class StreamReceiver implements Receiver {
  readonly #stream: UpgradeStream;

  constructor(stream: UpgradeStream) {
    this.#stream = stream;
  }

  received(bytes: Uint8Array): void {
    this.#stream.received(bytes);
  }

  drained(): void {
    this.#stream.finishWrite(null);
  }

  ended(): void {
    this.#stream.peerEnded();
  }

  closed(error?: Error): void {
    this.#stream.connectionClosed(error);
  }
}

/**
 * The connection of an upgrade as a Node stream, for code that answers the handshake by itself, as `ws` does: what it
 * writes first is a whole HTTP response. That one goes through the response of the request, where the protocol frames
 * it, and what follows are bytes of the connection.
 *
 * What is written while received bytes are handled leaves as one write.
 */
export class UpgradeStream extends Duplex {
  /** As that of a `net.Socket`: bytes that the peer has sent so far. */
  bytesRead = 0;
  /** As that of a `net.Socket`; `undefined` for a peer without an IP address. */
  remoteAddress: string | undefined;
  #answer: UpgradeAnswer | undefined;
  #connection: Connection | undefined;
  #isReading = false;
  #isStarted = false;
  #isPolite = false;
  #peerHasEnded = false;
  #isOver = false;
  /** Of the write that waits for `drained`. */
  #written: Callback | undefined;
  /** Of the destruction that waits for the end of the connection. */
  #destroyed: (() => void) | undefined;

  /** @param beginning what becomes of the response that is written first; the connection, where it was answered before */
  constructor(beginning: UpgradeAnswer | Connection) {
    super({ allowHalfOpen: true, decodeStrings: false });
    if (typeof beginning === 'function') this.#answer = beginning;
    else this.#connection = beginning;
  }

  // What the connection tells

  received(bytes: Uint8Array): void {
    this.bytesRead += bytes.length;
    this.cork();
    if (!this.push(bytes)) {
      this.#isReading = false;
      this.#connection!.pause();
    }
    this.uncork();
  }

  finishWrite(error: Error | null): void {
    const written = this.#written;
    this.#written = undefined;
    written?.(error);
  }

  peerEnded(): void {
    this.#peerHasEnded = true;
    this.push(null);
  }

  connectionClosed(error: Error | undefined): void {
    this.#isOver = true;
    this.finishWrite(error ?? new ConnectionError('CONNECTION_RESET'));
    if (this.#destroyed !== undefined) return this.#destroyed();
    // After a complete exchange the stream ends by itself, when what it holds has been read.
    if (error !== undefined || !this.#peerHasEnded || !this.writableEnded) this.destroy(error);
  }

  // Stream

  override _read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    if (this.#connection !== undefined) this.#readFrom(this.#connection);
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, callback: Callback): void {
    if (this.#connection === undefined) this.#handshake(chunk, encoding, callback);
    else
      this.#send(typeof chunk === 'string' && encoding !== 'latin1' ? Buffer.from(chunk, encoding) : chunk, callback);
  }

  /** What was corked, or came while a write waited. */
  override _writev(pieces: Piece[], callback: Callback): void {
    const size = pieces.reduce((sum, { chunk }) => sum + chunk.length, 0);
    if (size <= worthJoining) return this.#send(Buffer.concat(pieces.map(asBuffer)), callback);
    const last = pieces.pop()!;
    for (const piece of pieces) this.#connection!.write(asBuffer(piece));
    this.#send(asBuffer(last), callback);
  }

  override _final(callback: Callback): void {
    this.#connection?.end();
    callback();
  }

  /** From now on the destruction of the stream is no reset: the peer has been told why the connection ends. */
  endPolitely(): void {
    this.#isPolite = true;
  }

  override _destroy(error: Error | null, callback: Callback): void {
    const connection = this.#connection;
    if (this.#isOver || connection === undefined) return callback(error);
    this.#destroyed = () => callback(error);
    if (this.#isPolite && error === null) connection.dispose();
    else connection.abort(error ?? undefined);
  }

  #handshake(chunk: Uint8Array | string, encoding: BufferEncoding, callback: Callback): void {
    const answer = this.#answer;
    this.#answer = undefined;
    const head = parseResponseHead(Buffer.from(asBuffer({ chunk, encoding })).toString('latin1'));
    if (answer === undefined || head === undefined) return callback(new Error('The first write has to be a response'));
    const connection = answer(head);
    callback();
    this.#connection = connection;
    if (connection !== undefined && this.#isReading) this.#readFrom(connection);
  }

  #readFrom(connection: Connection): void {
    connection.resume();
    if (this.#isStarted) return;
    this.#isStarted = true;
    connection.start(new StreamReceiver(this));
  }

  #send(bytes: Uint8Array | string, callback: Callback): void {
    if (this.#connection!.write(bytes)) callback();
    else if (this.#isOver) callback(new ConnectionError('CONNECTION_RESET'));
    else this.#written = callback;
  }
}
