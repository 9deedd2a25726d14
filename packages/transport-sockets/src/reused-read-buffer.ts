import { Buffer } from 'node:buffer';
import { channel } from 'node:diagnostics_channel';
import type { Server } from 'node:net';
import { Duplex } from 'node:stream';
import { ownCopy } from '@windhover/connections';
import { net } from './node-builtins.ts';

// Everything in this package that Node.js does not document is in this file: the handle of a listening server with its
// `onconnection`, and the socket option `handle`. The option `onread` is documented for clients.

/** An accepted connection before a `net.Socket` is made of it. */
interface AcceptedHandle {
  /** Lets the handle read into memory of JavaScript; `net.Socket` calls it for the option `onread`. */
  useUserBuffer?(buffer: Uint8Array): void;
  /** The address of the peer of a TCP handle. @returns 0, or an error such as ENOTCONN after a reset */
  getpeername?(name: object): number;
}

interface ListeningHandle {
  onconnection?: (error: number, accepted: AcceptedHandle | undefined) => void;
}

/** Options of accepted sockets, with the meaning that they have for `net.createServer`. */
export interface AcceptedSocketOptions {
  readonly highWaterMark: number;
  readonly noDelay: boolean;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelay: number;
}

/** Receives the bytes of each read of an `AcceptedSocket`. */
export interface SocketReader {
  /**
   * @param memory its first `size` bytes have been read; the next read of any socket overwrites them
   * @returns false when the socket has to keep the bytes, as a stream that is not flowing does
   */
  read(memory: Buffer, size: number): boolean;
}

/** Maximum bytes of one read, same as libuv. */
const bufferSize = 64 * 1024;

/** The option `onread` of a socket. */
interface ReadOptions {
  readonly buffer: Buffer;
  /** @returns false to stop reading until the stream asks for more */
  callback(this: AcceptedSocket, size: number, buffer: Buffer): boolean;
}

let sharedReads: ReadOptions | undefined;

const [uvMajor = 0, uvMinor = 0] = process.versions.uv.split('.').map(Number);

/** libuv before 1.52, in Node.js 22, reports a reset that arrives together with the last bytes as the end of the peer. */
const mistakesResetForEnd = uvMajor === 1 && uvMinor < 52;

const resetError = (): Error =>
  Object.assign(new Error('read ECONNRESET'), {
    code: 'ECONNRESET',
    syscall: 'read',
    errno: -process.getBuiltinModule('node:os').constants.errno.ECONNRESET,
  });

/**
 * An accepted socket that reads into the shared buffer. A socket without a reader, or whose reader refuses the bytes,
 * behaves like any other socket: it emits `data` with separate memory.
 */
export class AcceptedSocket extends net.Socket {
  /** Set by the connection that this socket belongs to. */
  reader: SocketReader | undefined;
  readonly #handle: AcceptedHandle;

  constructor(handle: AcceptedHandle, options: AcceptedSocketOptions) {
    const { highWaterMark } = options;
    super({ handle, allowHalfOpen: true, highWaterMark, onread: AcceptedSocket.#reads() } as object);
    this.#handle = handle;
    if (options.noDelay) this.setNoDelay(true);
    if (options.keepAlive) this.setKeepAlive(true, options.keepAliveInitialDelay);
  }

  /**
   * All sockets of a thread share one buffer, because the bytes of a read are handled before the next read begins. They
   * also share the callback, so that an idle connection has no closure: Node.js calls it as a method of the socket.
   */
  static #reads(): ReadOptions {
    return (sharedReads ??= {
      buffer: Buffer.allocUnsafeSlow(bufferSize),
      callback(size, buffer) {
        return this.#read(buffer, size);
      },
    });
  }

  /** @returns false to stop reading until the stream asks for more */
  #read(memory: Buffer, size: number): boolean {
    // Bytes in the stream come first.
    if (this.readableLength === 0 && this.reader?.read(memory, size) === true) return true;
    return this.push(ownCopy(memory.subarray(0, size)));
  }

  /** Node pushes null at the end of the peer. */
  override push(chunk: Buffer | null): boolean {
    if (chunk !== null || !mistakesResetForEnd || !this.#isReset) return super.push(chunk);
    this.destroy(resetError());
    return false;
  }

  /** A TCP socket whose peer has ended in order has an address of its peer until both sides have ended. */
  get #isReset(): boolean {
    const { getpeername } = this.#handle;
    return getpeername !== undefined && !this.writableFinished && getpeername.call(this.#handle, {}) !== 0;
  }

  /**
   * Pauses the stream only. It still reads until its buffer is full and so notices a reset, like a socket without
   * `onread`; with `onread` Node would stop reading at once.
   */
  override pause(): this {
    Duplex.prototype.pause.call(this);
    return this;
  }
}

/** The channel on which `net.Server` publishes its sockets. */
const socketChannel = channel('net.server.socket');

/**
 * Makes the sockets that a server accepts read into one buffer that is used again. By default Node allocates 64 KiB for
 * each read and shrinks them afterwards. In the bare server the reused buffer takes up to about a fifth less CPU per
 * request.
 *
 * @param server listening; it emits no `connection` any more
 * @param accepted called with each socket
 * @returns false if this Node.js lacks a required part, and on Windows, where a pending read owns its buffer; the
 *   server then emits `connection`
 */
export const acceptIntoReusedBuffer = (
  server: Server,
  options: AcceptedSocketOptions,
  accepted: (socket: AcceptedSocket) => void,
): boolean => {
  const listening = (server as { _handle?: ListeningHandle | null })._handle ?? undefined;
  const acceptByNode = listening?.onconnection;
  if (process.platform === 'win32' || listening === undefined || typeof acceptByNode !== 'function') return false;
  listening.onconnection = (error, handle) => {
    // Node.js handles errors, and handles that cannot read into a buffer, as usual.
    if (error !== 0 || typeof handle?.useUserBuffer !== 'function') return acceptByNode.call(listening, error, handle);
    const socket = new AcceptedSocket(handle, options);
    accepted(socket);
    if (socketChannel.hasSubscribers) socketChannel.publish({ socket });
  };
  return true;
};
