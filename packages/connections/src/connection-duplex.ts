import { Duplex } from 'node:stream';
import type { Connection, Receiver } from './connection.ts';
import { ConnectionError } from './errors.ts';
import { ConnectionEndpointFeature } from './features/connection-endpoint.ts';

type Callback = (error?: Error | null) => void;

interface Piece {
  readonly chunk: Uint8Array | string;
  readonly encoding: BufferEncoding;
}

/** Up to this many bytes, pieces written together are worth copying into one write. */
const worthJoining = 16 * 1024;

/** Latin1 text needs no buffer: `Connection.write` takes it. */
const asBytes = ({ chunk, encoding }: Piece): Uint8Array | string =>
  typeof chunk !== 'string' || encoding === 'latin1' || encoding === 'binary' ? chunk : Buffer.from(chunk, encoding);

const asBuffer = ({ chunk, encoding }: Piece): Uint8Array =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;

/**
 * A connection as a Node.js stream; `toDuplex` makes one if the connection is not a socket. Everything written while
 * received bytes are handled is sent in one write. `destroy()` disposes of the connection, `destroy(error)` aborts it, also
 * while the last bytes are being sent.
 */
export class ConnectionDuplex extends Duplex {
  /** The number of bytes received so far, same as `net.Socket.bytesRead`. */
  bytesRead = 0;
  readonly #connection: Connection;
  #reading = false;
  #peerEnded = false;
  #over = false;
  /** The callback of the write that waits for `drained`. */
  #written: Callback | undefined;
  /** The callback of the end of this side, if the peer has ended before: it waits for `closed`. */
  #finished: Callback | undefined;
  /** The callback of the destruction that waits for `closed`. */
  #destroyed: (() => void) | undefined;
  /** Whether the stream was destroyed by Node.js after both ends, and the connection still sends. */
  #isSendingLast = false;

  constructor(connection: Connection) {
    super({ allowHalfOpen: true, decodeStrings: false });
    this.#connection = connection;
    connection.pause();
    connection.start(this.#receiver());
  }

  /** The IP address of the peer, same as `net.Socket.remoteAddress`; `undefined` for a peer without one. */
  get remoteAddress(): string | undefined {
    const endpoint = this.#connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
    return endpoint?.kind === 'ip' ? endpoint.address : undefined;
  }

  /** The stream cannot be the receiver itself, because streams have another `closed`. */
  #receiver(): Receiver {
    return {
      received: (bytes) => this.#received(bytes),
      drained: () => this.#finishWrite(null),
      ended: () => {
        this.#peerEnded = true;
        this.push(null);
      },
      closed: (error) => this.#closedWith(error),
    };
  }

  #received(bytes: Uint8Array): void {
    this.bytesRead += bytes.length;
    this.cork();
    try {
      if (this.push(bytes)) return;
      this.#reading = false;
      this.#connection.pause();
    } finally {
      // A listener may throw.
      this.uncork();
    }
  }

  #closedWith(error: Error | undefined): void {
    this.#over = true;
    if (this.#written !== undefined) this.#finishWrite(error ?? new ConnectionError('CONNECTION_RESET'));
    this.#finished?.(error);
    if (this.#destroyed !== undefined) return this.#destroyed();
    // After both sides have ended, the stream closes by itself when the bytes in it have been read.
    if (error !== undefined || !this.#peerEnded || !this.writableEnded) this.destroy(error);
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#connection.resume();
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, callback: Callback): void {
    this.#send(asBytes({ chunk, encoding }), callback);
  }

  /** Called for writes that were corked, or made while another write waited. */
  override _writev(pieces: Piece[], callback: Callback): void {
    const size = pieces.reduce((sum, { chunk }) => sum + chunk.length, 0);
    if (size <= worthJoining) return this.#send(Buffer.concat(pieces.map(asBuffer)), callback);
    const last = pieces.pop()!;
    for (const piece of pieces) this.#connection.write(asBytes(piece));
    this.#send(asBytes(last), callback);
  }

  /** If the peer has ended, the close shows that everything is sent: `finish` waits for it, as that of a `net.Socket`. */
  override _final(callback: Callback): void {
    this.#connection.end();
    if (this.#peerEnded && !this.#over) this.#finished = callback;
    else callback();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    if (this.#over) return callback(error);
    this.#destroyed = () => callback(error);
    if (this.readableEnded && this.writableFinished) this.#isSendingLast = true;
    else this.#cut(error);
  }

  /** Node.js destroys the stream after both ends, and ignores every further call. */
  override destroy(error?: Error): this {
    if (this.#isSendingLast) this.#cut(error ?? null);
    return super.destroy(error);
  }

  #cut(error: Error | null): void {
    this.#isSendingLast = false;
    if (error === null) this.#connection.dispose();
    else this.#connection.abort(error);
  }

  #send(bytes: Uint8Array | string, callback: Callback): void {
    if (this.#connection.write(bytes)) callback();
    else if (this.#over) callback(new ConnectionError('CONNECTION_RESET'));
    else this.#written = callback;
  }

  #finishWrite(error: Error | null): void {
    const written = this.#written;
    this.#written = undefined;
    written?.(error);
  }
}
