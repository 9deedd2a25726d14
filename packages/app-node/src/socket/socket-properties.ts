import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex, type DuplexOptions } from 'node:stream';
import type { CipherNameAndProtocol, PeerCertificate } from 'node:tls';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionSocketFeature,
  type Endpoint,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import { HttpConnectionFeature } from '@windhover/http';
import { inheritNetSocket } from './net-socket.ts';

/**
 * The properties and options of a `net.Socket` and a `tls.TLSSocket`, read from the features of a connection and of its
 * current request. The fields have an underscore, because programs add properties to sockets.
 */
export abstract class SocketProperties extends Duplex {
  /** Features of the connection, or of the stream for HTTP/2. */
  protected readonly _features: FeatureCollection;
  /** `undefined` if only requests know it. */
  protected readonly _connection: Connection | undefined;
  /** Features of the current request. */
  protected _request: FeatureCollection | undefined;
  #isEncrypted: boolean | undefined;

  constructor(features: FeatureCollection, connection: Connection | undefined, options: DuplexOptions) {
    super(options);
    this._features = features;
    this._connection = connection;
  }

  // Addresses of the request, which middleware may have replaced by the client's behind a proxy. A server of this
  // package has no middleware before its handlers, so its sockets have the same addresses as in `node:http`.

  get #local(): Endpoint | undefined {
    return (
      this._request?.get(HttpConnectionFeature)?.localEndpoint ??
      this._features.get(ConnectionEndpointFeature)?.localEndpoint
    );
  }

  get #remote(): Endpoint | undefined {
    return (
      this._request?.get(HttpConnectionFeature)?.remoteEndpoint ??
      this._features.get(ConnectionEndpointFeature)?.remoteEndpoint
    );
  }

  get remoteAddress(): string | undefined {
    return this.#ownSocket?.remoteAddress ?? ipOf(this.#remote)?.address;
  }

  get remotePort(): number | undefined {
    return ipOf(this.#remote)?.port;
  }

  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.remoteAddress);
  }

  get localAddress(): string | undefined {
    return this.#ownSocket?.localAddress ?? ipOf(this.#local)?.address;
  }

  get localPort(): number | undefined {
    return ipOf(this.#local)?.port;
  }

  get localFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.localAddress);
  }

  address(): { address?: string; port?: number; family?: string } {
    const { localAddress: address, localPort: port, localFamily: family } = this;
    return address === undefined ? {} : { address, port: port!, family: family! };
  }

  // TLS, same as `tls.TLSSocket`

  /** `true` if this server encrypts the connection; else `undefined`, as for a `net.Socket`. */
  get encrypted(): boolean | undefined {
    return this.#isEncrypted ?? (this._features.get(TlsHandshakeFeature) === undefined ? undefined : true);
  }

  /** Programs set it behind a proxy that ends TLS, and in tests. */
  set encrypted(value: boolean | undefined) {
    this.#isEncrypted = value;
  }

  /** Whether the client sent a certificate that the server accepted. */
  get authorized(): boolean {
    return this._features.get(TlsConnectionFeature)?.clientCertificate !== undefined;
  }

  get alpnProtocol(): string | false {
    return this._features.get(TlsHandshakeFeature)?.applicationProtocol ?? false;
  }

  get servername(): string | false {
    return this._features.get(TlsHandshakeFeature)?.serverName ?? false;
  }

  getProtocol(): string | null {
    return this._features.get(TlsHandshakeFeature)?.protocol ?? null;
  }

  getCipher(): CipherNameAndProtocol | undefined {
    const tls = this._features.get(TlsHandshakeFeature);
    return tls && { name: tls.cipherSuite, standardName: tls.cipherSuite, version: tls.protocol };
  }

  isSessionReused(): boolean {
    return this._features.get(TlsHandshakeFeature)?.isResumed ?? false;
  }

  getPeerX509Certificate(): X509Certificate | undefined {
    return this._features.get(TlsConnectionFeature)?.clientCertificate;
  }

  getPeerCertificate(): PeerCertificate | Record<string, never> {
    const certificate = this._features.get(TlsConnectionFeature)?.clientCertificate;
    return certificate === undefined ? {} : certificate.toLegacyObject();
  }

  // The socket below, if the connection has one

  get #socket(): Socket | undefined {
    return this._features.get(ConnectionSocketFeature)?.socket;
  }

  /** The socket, where a server of this package has accepted it. */
  get #ownSocket(): Socket | undefined {
    return this._connection === undefined ? undefined : this.#socket;
  }

  /** Bytes received on the connection, including the framing of HTTP and TLS; 0 without a socket. */
  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  /** Bytes sent on the connection, including the framing of HTTP and TLS; 0 without a socket. */
  get bytesWritten(): number {
    return this.#socket?.bytesWritten ?? 0;
  }

  get connecting(): boolean {
    return false;
  }

  get pending(): boolean {
    return false;
  }

  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket?.setNoDelay(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelay?: number): this {
    this.#socket?.setKeepAlive(enable, initialDelay);
    return this;
  }

  ref(): this {
    this.#socket?.ref();
    return this;
  }

  unref(): this {
    this.#socket?.unref();
    return this;
  }
}

inheritNetSocket(SocketProperties, Duplex);

const ipOf = (endpoint: Endpoint | undefined) => (endpoint?.kind === 'ip' ? endpoint : undefined);

const familyOf = (address: string | undefined): 'IPv4' | 'IPv6' | undefined => {
  if (address === undefined) return undefined;
  return address.includes(':') ? 'IPv6' : 'IPv4';
};
