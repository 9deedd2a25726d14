import type { Buffer } from 'node:buffer';
import { debuglog } from 'node:util';
import {
  type CloseRequestListener,
  type ClosedObserver,
  type Connection,
  type ConnectionDelegate,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  acceptConnection,
} from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import { type ClientHello, handshakeRecord, parseClientHello } from '../client-hello/client-hello.ts';
import { TlsError } from '../errors.ts';
import { FirstBytes, type FirstBytesReader } from '../client-hello/first-bytes.ts';
import { Handshake } from './handshake.ts';
import type { PlaceHolder } from './handshake-places.ts';
import { looksLikeHttp, redirectPlainHttp, refusePlainHttp } from './plain-http.ts';
import type { TlsEndpoint } from '../tls-endpoint.ts';

const debug = debuglog('windhover:tls');

const tlsStart = channels['windhover:tls:start'];
const tlsEnd = channels['windhover:tls:end'];
const tlsRefused = channels['windhover:tls:refused'];

/** Milliseconds for open handshakes when the server stops. */
const graceWhenClosing = 2000;

/**
 * A connection until it is encrypted or closed. Its first bytes decide how it is handled: OpenSSL only sees connections
 * that begin like TLS, and a silent client costs no more than a socket.
 */
export class IncomingConnection
  implements FirstBytesReader, HeartbeatListener, CloseRequestListener, ClosedObserver, PlaceHolder
{
  readonly connection: Connection;
  readonly endpoint: TlsEndpoint;
  readonly #next: ConnectionDelegate;
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  /** Deadline on the clock of the heartbeat; infinite without a limit. */
  #deadline = Number.POSITIVE_INFINITY;
  #hello: ClientHello | undefined;
  /** Whether the connection was passed on or has failed. */
  #isSettled = false;

  constructor(connection: Connection, next: ConnectionDelegate, endpoint: TlsEndpoint) {
    this.connection = connection;
    this.endpoint = endpoint;
    this.#next = next;
    this.#heartbeat = connection.features.get(ConnectionHeartbeatFeature);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Milliseconds of the heartbeat's clock, or of another monotonic clock without a heartbeat. */
  get now(): number {
    return this.#heartbeat?.now ?? performance.now();
  }

  receive(): void {
    const { connection } = this;
    if (tlsStart.hasSubscribers) tlsStart.publish({ connection });
    connection.onClosed(this);
    if (this.#heartbeat !== undefined) {
      this.#deadline = this.#heartbeat.deadlineAfter(this.endpoint.options.handshakeTimeout);
      this.#heartbeat.onHeartbeat(this);
      connection.features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
    }
    new FirstBytes(connection, this).read();
  }

  heartbeat(now: number): void {
    if (now >= this.#deadline) this.abort(new TlsError('TLS_HANDSHAKE_TIMEOUT'));
  }

  closeRequested(): void {
    if (this.#isSettled || this.#heartbeat === undefined) return;
    this.#deadline = Math.min(this.#deadline, this.#heartbeat.deadlineAfter(graceWhenClosing));
  }

  closed(): void {
    if (!this.#isSettled) this.fail(new TlsError('TLS_HANDSHAKE_INCOMPLETE'));
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  needs(bytes: Buffer): number {
    if (bytes[0] !== handshakeRecord) return 0;
    const hello = parseClientHello(bytes);
    if (typeof hello === 'number') return hello;
    this.#hello = hello;
    return 0;
  }

  ended(): void {
    this.fail(new TlsError('TLS_HANDSHAKE_INCOMPLETE'));
    this.connection.dispose();
  }

  decided(first: FirstBytes, bytes: Buffer): void {
    if (looksLikeHttp(bytes[0]!)) return this.#plainHttp(first.unread());
    if (!this.endpoint.places.enter(this, this.#hello?.isWhole === true)) return this.evicted();
    new Handshake(this, this.#hello?.serverName, first).run();
  }

  /** Passes the encrypted connection, or the plain one, to the next delegate. */
  pass(connection: Connection): void {
    this.#settle();
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#heartbeat?.offHeartbeat?.(this);
    if (tlsEnd.hasSubscribers) tlsEnd.publish({ connection });
    acceptConnection(connection, this.#next);
  }

  /** Reports the failure if it is the first one. The caller closes the connection. */
  fail(error: TlsError): void {
    if (this.#isSettled) return;
    this.#settle();
    debug('%s: %s', this.connection.id, error.code);
    if (tlsRefused.hasSubscribers) tlsRefused.publish({ connection: this.connection, error });
    this.endpoint.reportFailure(error, this.connection);
  }

  /** Reports the failure and resets the connection. */
  abort(error: TlsError): void {
    this.fail(error);
    this.connection.abort(error);
  }

  /** Called when the handshake is closed in favor of others. */
  evicted(): void {
    this.abort(new TlsError('TLS_TOO_MANY_HANDSHAKES'));
  }

  #settle(): void {
    this.#isSettled = true;
    this.endpoint.places.leave(this);
  }

  /** The deadline also applies to the response. */
  #plainHttp(connection: Connection): void {
    const { plainHttp } = this.endpoint.options;
    if (plainHttp === 'serve') return this.pass(connection);
    this.endpoint.warnOfPlainHttp();
    this.fail(new TlsError('TLS_PLAIN_HTTP'));
    if (plainHttp === 'redirect') redirectPlainHttp(connection, this.endpoint.entries);
    else refusePlainHttp(connection);
  }
}
