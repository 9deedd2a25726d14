import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';
import { type StreamConnection, ownCopy } from '@windhover/connections';

// Everything about reading in this package that Node.js does not document is in this file: the handle of a TLS socket
// with its `onread`, `useUserBuffer` and `bytesRead`, and `_unrefTimer` of a socket. Node.js itself uses them for the
// option `onread` of `tls.connect`, and for the property `bytesRead`. For the server side there is no such option.

/** The native part of a TLS socket. */
interface TlsHandle {
  /** Number of decrypted bytes so far. */
  readonly bytesRead: number;
  /**
   * Called for decrypted bytes, the end of the peer and errors. Node.js knows which of them it is.
   *
   * @param bytes absent for an end and an error, and when they were read into the buffer of `useUserBuffer`
   */
  onread(bytes?: ArrayBuffer): undefined;
  /** Lets OpenSSL's bytes be copied into memory of JavaScript instead of memory of their own. */
  useUserBuffer(buffer: Uint8Array): void;
}

/** The members of a TLS socket that Node.js does not type. */
interface Internals {
  readonly _handle: Partial<TlsHandle> | null;
  /** Starts the inactivity timeouts again, of this socket and of the one below. */
  readonly _unrefTimer?: () => void;
}

/** The bytes of a TLS record, and of one read from OpenSSL by Node.js. */
const bufferSize = 16 * 1024;

/** All TLS sockets of a thread share one buffer, because the bytes of a read are handled before the next read begins. */
let shared: Buffer | undefined;

/** Whether a receiver is reading the buffer. */
let isLent = false;

const isComplete = (handle: Partial<TlsHandle>): handle is TlsHandle =>
  typeof handle.useUserBuffer === 'function' &&
  typeof handle.onread === 'function' &&
  typeof handle.bytesRead === 'number';

type Callback = (error?: Error | null) => void;

/**
 * The server side of a TLS socket. After `readFor` it reads into the shared buffer. If its connection cannot pass the bytes
 * on, and after its stream has been taken, it behaves like any other socket: it emits `data` with separate memory.
 */
export class ServerTlsSocket extends TLSSocket {
  /** Only the event loop reads from such a socket. A stream of JavaScript may be read at any time, also during a read. */
  readonly #isOverSocket: boolean;
  #bytesRead = 0;

  constructor(stream: Duplex, options: TLSSocketOptions) {
    super(stream, options);
    this.#isOverSocket = stream instanceof Socket && !(stream instanceof TLSSocket);
  }

  /**
   * Passes decrypted bytes to a connection directly. By default Node.js makes memory and a chunk of a stream for each read.
   *
   * @returns false if this Node.js lacks a required part, and for a socket over a stream that is not a socket; the bytes
   *   then reach the connection through the stream
   */
  readFor(connection: StreamConnection<TLSSocket>): boolean {
    const { _handle: handle, _unrefTimer: refreshTimeouts } = this as unknown as Internals;
    if (!this.#isOverSocket || handle === null || refreshTimeouts === undefined || !isComplete(handle)) return false;
    const memory = (shared ??= Buffer.allocUnsafeSlow(bufferSize));
    const { onread } = handle;
    this.#bytesRead = handle.bytesRead;
    handle.onread = () => {
      const size = this.#sizeOfRead(handle);
      if (size === 0) return onread.call(handle);
      refreshTimeouts.call(this);
      if (this.#lend(connection, memory, size)) return undefined;
      return onread.call(handle, ownCopy(memory.subarray(0, size)).buffer as ArrayBuffer);
    };
    handle.useUserBuffer(memory);
    return true;
  }

  #sizeOfRead({ bytesRead }: TlsHandle): number {
    const size = bytesRead - this.#bytesRead;
    this.#bytesRead = bytesRead;
    return size;
  }

  #lend(connection: StreamConnection<TLSSocket>, memory: Buffer, size: number): boolean {
    // Bytes in the stream come first.
    if (this.readableLength > 0) return false;
    isLent = true;
    try {
      return connection.read(memory, size);
    } finally {
      isLent = false;
    }
  }

  /**
   * Node.js lets OpenSSL decrypt the next bytes within an empty write, so such a write waits until the buffer is free.
   */
  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, callback: Callback): void {
    if (isLent && chunk.length === 0) process.nextTick(() => super._write(chunk, encoding, callback));
    else super._write(chunk, encoding, callback);
  }

  /** As `_write`. */
  override _writev(pieces: { chunk: Uint8Array | string; encoding: BufferEncoding }[], callback: Callback): void {
    const isEmpty = isLent && pieces.every(({ chunk }) => chunk.length === 0);
    if (isEmpty) process.nextTick(() => super._writev!(pieces, callback));
    else super._writev!(pieces, callback);
  }
}
