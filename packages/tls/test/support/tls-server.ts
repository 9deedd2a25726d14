import type { Socket } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls';
import {
  type Connection,
  type CloseRequestListener,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type ConnectionListener,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import { SocketTransport } from '@windhover/transport-sockets';
import { type HttpsOptions, type TlsError, useHttps } from '../../src/index.ts';
import { ManualHeartbeat } from '../../../../tools/test-support/manual-heartbeat.ts';
import { RawClient } from '../../../../tools/test-support/raw-client.ts';
import { TestEndpoint } from './endpoint.ts';

/** Result of a client: the socket after its handshake, or the error. */
export type Outcome = TLSSocket | NodeJS.ErrnoException;

const transport = new SocketTransport();

/** Sends everything back, and ends when the peer does. */
const echo = (connection: Connection): void =>
  connection.start({
    received: (bytes) => void connection.write(bytes),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  });

/** A server for one test: TLS on a loopback port, with an echo handler and a clock controlled by the test. */
export class TlsServer {
  readonly endpoint = new TestEndpoint();
  readonly heartbeat = new ManualHeartbeat();
  /** Codes of the connections that did not become encrypted ones, in their order. */
  readonly failures: string[] = [];
  readonly errors: TlsError[] = [];
  /** Connections that came through. */
  readonly connections: Connection[] = [];
  readonly closeListeners: CloseRequestListener[] = [];
  /** All that were accepted below TLS and are not closed. */
  readonly open = new Set<Connection>();
  readonly #clients: Socket[] = [];
  #listener!: ConnectionListener;
  #news: (() => void)[] = [];

  static async start(
    options: HttpsOptions,
    protocols: readonly string[] = ['http/1.1'],
    httpsDefaults: HttpsOptions = {},
  ): Promise<TlsServer> {
    const server = new TlsServer();
    server.endpoint.applicationProtocols = protocols;
    server.endpoint.httpsDefaults = { ...httpsDefaults };
    await server.#listen(options);
    return server;
  }

  async #listen(options: HttpsOptions): Promise<void> {
    const failed = (error: TlsError, connection: Connection): void => {
      options.onHandshakeFailed?.(error, connection);
      this.failures.push(error.code);
      this.errors.push(error);
      this.#tell();
    };
    useHttps({ ...options, onHandshakeFailed: failed })(this.endpoint);
    await this.endpoint.prepared();
    const serve = this.endpoint.build((connection) => {
      this.connections.push(connection);
      echo(connection);
      this.#tell();
    });
    this.#listener = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, (connection) => {
      this.open.add(connection);
      connection.features.set(ConnectionHeartbeatFeature, this.heartbeat);
      connection.features.set(ConnectionLifetimeNotificationFeature, {
        isCloseRequested: false,
        connectionClosedRequested: new AbortController().signal,
        requestClose: () => undefined,
        onCloseRequested: (listener) => void this.closeListeners.push(listener),
      });
      connection.onClosed({
        closed: () => {
          this.open.delete(connection);
          this.#tell();
        },
      });
      this.#tell();
      return serve(connection);
    });
  }

  #tell(): void {
    const news = this.#news;
    this.#news = [];
    for (const tell of news) tell();
  }

  /** Waits for a condition that only connections bring about. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#news.push(resolve));
  }

  get port(): number {
    return (this.#listener.endpoint as { port: number }).port;
  }

  /** A client without TLS. */
  async connect(): Promise<RawClient<Socket>> {
    const client = await RawClient.open<RawClient<Socket>>({ host: '127.0.0.1', port: this.port });
    this.#clients.push(client.stream);
    return client;
  }

  /**
   * A client's handshake, and with TLS 1.3 one byte there and back: only then does the client know that the server is
   * content, too.
   */
  async handshake(options: ConnectionOptions = {}): Promise<Outcome> {
    const socket = connectTls({ host: '127.0.0.1', port: this.port, servername: 'localhost', ...options });
    this.#clients.push(socket);
    return new Promise((resolve) => {
      socket.on('error', resolve);
      socket.on('close', () => resolve(Object.assign(new Error('closed'), { code: 'CLOSED' })));
      socket.once('secureConnect', () => socket.write('.'));
      socket.once('data', () => resolve(socket));
    });
  }

  /** As `handshake`, which has to succeed. */
  async secured(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const outcome = await this.handshake(options);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /** The server's state of the last connection. */
  get handshakeFeature(): TlsHandshakeFeature {
    return this.connections.at(-1)!.features.require(TlsHandshakeFeature);
  }

  get clientCertificate(): TlsConnectionFeature['clientCertificate'] {
    return this.connections.at(-1)!.features.require(TlsConnectionFeature).clientCertificate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    for (const connection of this.open) connection.abort();
    await this.#listener.unbind();
    await this.endpoint[Symbol.asyncDispose]();
  }
}
