import { type Connection, ConnectionDuplex } from '@windhover/connections';
import { inheritNetSocket } from '../socket/net-socket.ts';
import type { SocketFacade } from '../socket/socket-facade.ts';
import { listenForTimeout } from '../socket/socket-timeout.ts';

type Callback = (error?: Error | null) => void;
type Pieces = Parameters<ConnectionDuplex['_writev']>[0];

/** Properties of `net.Socket` and `tls.TLSSocket` that the facade provides. */
const properties = [
  'alpnProtocol',
  'authorized',
  'bytesWritten',
  'connecting',
  'localAddress',
  'localFamily',
  'localPort',
  'pending',
  'remoteAddress',
  'remoteFamily',
  'remotePort',
  'server',
  'servername',
  'timeout',
] as const satisfies (keyof SocketFacade)[];

const methods = [
  'address',
  'getCipher',
  'getPeerCertificate',
  'getPeerX509Certificate',
  'getProtocol',
  'isSessionReused',
  'ref',
  'setKeepAlive',
  'setNoDelay',
  'unref',
] as const satisfies (keyof SocketFacade)[];

/**
 * The socket of a connection that HTTP has left to a listener of `upgrade`, `connect` or `clientError`: its bytes, and the
 * properties and options of a `net.Socket`.
 */
export class DetachedSocket extends ConnectionDuplex {
  readonly #facade: SocketFacade;
  readonly #closed: (() => void) | undefined;

  /**
   * @param facade of the requests of the connection
   * @param closed called when the socket has closed: a listener could be removed
   */
  constructor(connection: Connection, facade: SocketFacade, closed?: () => void) {
    super(connection);
    this.#facade = facade;
    this.#closed = closed;
    facade.detach(this);
    // Reads up to the high-water mark, like a `net.Socket`: a client that disconnects is noticed without a reader.
    this.read(0);
  }

  get encrypted(): boolean | undefined {
    return this.#facade.encrypted;
  }

  set encrypted(value: boolean | undefined) {
    this.#facade.encrypted = value;
  }

  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  /** Emits `timeout` when the connection has transferred no bytes for this time. 0 for none. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    this.#facade.setTimeout(milliseconds);
    listenForTimeout(this, milliseconds, callback);
    return this;
  }

  /** Closes the socket when everything written has been sent. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    this.#facade.active();
    const isFlowing = super.push(chunk, encoding);
    // Emits `end` also without a reader. Source: Node.js `net.js`, `onReadableStreamEnd`
    if (chunk === null) this.read(0);
    return isFlowing;
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, callback: Callback): void {
    this.#facade.active();
    super._write(chunk, encoding, callback);
  }

  override _writev(pieces: Pieces, callback: Callback): void {
    this.#facade.active();
    super._writev(pieces, callback);
  }

  /**
   * Sends what has been written also before an error, as a `net.Socket`: listeners of `clientError` write a response and
   * destroy the socket with the error. An error without a listener, e.g. of a client that resets, does not end the process.
   */
  override _destroy(error: Error | null, callback: Callback): void {
    super._destroy(null, () => {
      this.#closed?.();
      callback(this.listenerCount('error') > 0 ? error : null);
    });
  }

  static {
    for (const name of properties) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: DetachedSocket): unknown {
          return this.#facade[name];
        },
      });
    }
    for (const name of methods) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        writable: true,
        value(this: DetachedSocket, ...given: never[]): unknown {
          const facade = this.#facade;
          const result = Reflect.apply(facade[name], facade, given) as unknown;
          return result === facade ? this : result;
        },
      });
    }
  }
}

inheritNetSocket(DetachedSocket, ConnectionDuplex);
