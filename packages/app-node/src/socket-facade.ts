import type { PeerCertificate } from 'node:tls';
import { Duplex } from 'node:stream';
import { type Endpoint, TlsConnectionFeature, TlsHandshakeFeature } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';

/**
 * What `req.socket` and `res.socket` are: the facts of the connection, and its end. The bytes of the connection belong to
 * the HTTP protocol, so nothing can be read here, and what is written is dropped.
 */
export class SocketFacade extends Duplex {
  /** The response that runs, as Node's own code looks for it. */
  _httpMessage: unknown = null;
  #context: HttpContext;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds of `setTimeout`; 0 for none. */
  timeout = 0;

  constructor(context: HttpContext) {
    super({ autoDestroy: false, emitClose: true });
    this.#context = context;
  }

  /** The connection has come to its next request. */
  serve(context: HttpContext): void {
    this.#context = context;
  }

  get remoteAddress(): string | undefined {
    return ipOf(this.#context.connection.remoteEndpoint)?.address;
  }

  get remotePort(): number | undefined {
    return ipOf(this.#context.connection.remoteEndpoint)?.port;
  }

  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.remoteAddress);
  }

  get localAddress(): string | undefined {
    return ipOf(this.#context.connection.localEndpoint)?.address;
  }

  get localPort(): number | undefined {
    return ipOf(this.#context.connection.localEndpoint)?.port;
  }

  get localFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.localAddress);
  }

  address(): { address?: string; port?: number; family?: string } {
    const { localAddress: address, localPort: port, localFamily: family } = this;
    return address === undefined ? {} : { address, port: port!, family: family! };
  }

  // TLS, as `tls.TLSSocket` has it

  /** `true` on a connection that this server has encrypted; absent otherwise, as on a `net.Socket`. */
  get encrypted(): true | undefined {
    return this.#context.features.get(TlsHandshakeFeature) === undefined ? undefined : true;
  }

  /** Whether the client sent a certificate that the server accepted. */
  get authorized(): boolean {
    return this.#context.features.get(TlsConnectionFeature)?.clientCertificate !== undefined;
  }

  get alpnProtocol(): string | false {
    return this.#context.features.get(TlsHandshakeFeature)?.applicationProtocol ?? false;
  }

  get servername(): string | false {
    return this.#context.features.get(TlsHandshakeFeature)?.serverName ?? false;
  }

  getProtocol(): string | null {
    return this.#context.features.get(TlsHandshakeFeature)?.protocol ?? null;
  }

  getPeerCertificate(): PeerCertificate | Record<string, never> {
    const certificate = this.#context.features.get(TlsConnectionFeature)?.clientCertificate;
    return certificate === undefined ? {} : certificate.toLegacyObject();
  }

  // Options of a socket. The server sets its own.

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Emits `timeout` when the time has passed without `setTimeout` being called again. 0 turns it off. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = milliseconds;
    if (callback !== undefined) this.once('timeout', callback);
    if (milliseconds > 0) this.#timer = setTimeout(() => this.emit('timeout'), milliseconds).unref();
    return this;
  }

  destroySoon(): void {
    this.destroy();
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, callback: () => void): void {
    callback();
  }

  /** Ends the connection with a reset, unless it has ended by itself. */
  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#context.abort();
    callback(error);
  }
}

const ipOf = (endpoint: Endpoint | undefined) => (endpoint?.kind === 'ip' ? endpoint : undefined);

const familyOf = (address: string | undefined): 'IPv4' | 'IPv6' | undefined => {
  if (address === undefined) return undefined;
  return address.includes(':') ? 'IPv6' : 'IPv4';
};
