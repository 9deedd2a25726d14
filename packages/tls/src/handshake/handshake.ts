import { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import { shownValue } from '@windhover/connections';
import { isThenable, propertyOf } from '@windhover/thrown-values';
import type { TlsCertificate } from '../certificates/load-certificate.ts';
import type { FirstBytes } from '../client-hello/first-bytes.ts';
import { TlsError } from '../errors.ts';
import type { IncomingConnection } from './incoming-connection.ts';
import type { NameEntry } from '../names/name-entries.ts';
import type { ServerTlsSocket } from './reused-read-buffer.ts';
import { clientCertificateOf, finishHandshake, serverNameOf, serverTlsSocket } from './server-tls-socket.ts';
import { TlsConnection } from './tls-connection.ts';

/** The alert `unrecognized_name`. RFC 6066 section 3 */
const unrecognizedName = 112;

/** A record with a fatal alert, for a handshake that ends before OpenSSL starts. RFC 8446 sections 5.1 and 6 */
const fatalAlert = (description: number): Buffer => Buffer.of(21, 3, 3, 0, 2, 2, description);

/** The handshake of a TLS connection: chooses certificate and rules, and checks the client's certificate. */
export class Handshake {
  readonly #incoming: IncomingConnection;
  readonly #serverName: string | undefined;
  readonly #first: FirstBytes;
  readonly #onError = (error: Error): void => this.#failed(error);
  readonly #onEnd = (): void => this.#incoming.ended();

  constructor(incoming: IncomingConnection, serverName: string | undefined, first: FirstBytes) {
    this.#incoming = incoming;
    this.#serverName = serverName;
    this.#first = first;
  }

  run(): void {
    const { connection, endpoint } = this.#incoming;
    try {
      const chosen = endpoint.options.selectCertificate?.(this.#serverName, connection);
      if (!isThenable(chosen)) return this.#begin(chosen);
      const begun = Promise.resolve(chosen).then((certificate) => this.#begin(certificate));
      begun.catch((cause: unknown) => this.#abort(cause));
    } catch (cause) {
      this.#abort(cause);
    }
  }

  #begin(chosen: TlsCertificate | undefined): void {
    if (this.#incoming.isSettled) return;
    checkChosen(chosen);
    const { entries } = this.#incoming.endpoint;
    const entry = entries.find(this.#serverName) ?? (chosen === undefined ? undefined : entries.default);
    const certificate = chosen ?? entry?.certificate?.current;
    if (entry === undefined || certificate === undefined) this.#refuseName();
    else this.#encrypt(entry, certificate);
  }

  #refuseName(): void {
    const stream = this.#first.toStream();
    this.#incoming.fail(new TlsError('TLS_SERVER_NAME_UNKNOWN'));
    stream.resume();
    stream.end(fatalAlert(unrecognizedName), () => this.#incoming.connection.dispose());
  }

  #encrypt(entry: NameEntry, certificate: TlsCertificate): void {
    const { endpoint, now } = this.#incoming;
    const { mode } = entry.policy.clients;
    const secureContext = entry.policy.contextFor(certificate, now);
    const stream = this.#first.toStream();
    const socket = serverTlsSocket(stream, {
      isServer: true,
      secureContext,
      requestCert: mode !== 'none',
      rejectUnauthorized: mode === 'require',
      ALPNProtocols: endpoint.applicationProtocolsOf(entry),
      highWaterMark: stream.writableHighWaterMark,
    });
    endpoint.places.waitsForClient(this.#incoming, true);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    // Not inside the event: OpenSSL is still running, and destroying its socket would crash the process.
    socket.once('secure', () => {
      socket.off('end', this.#onEnd);
      process.nextTick(() => this.#secured(socket, entry));
    });
  }

  /** Handles an error of OpenSSL: the alert has been sent, and Node.js closes the socket. */
  #failed(cause: NodeJS.ErrnoException): void {
    const isMissing = cause.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE';
    const code = isMissing ? 'TLS_CLIENT_CERTIFICATE_MISSING' : 'TLS_HANDSHAKE_FAILED';
    this.#incoming.fail(new TlsError(code, undefined, { cause }));
  }

  #secured(socket: ServerTlsSocket, entry: NameEntry): void {
    if (this.#incoming.isSettled) return;
    this.#incoming.endpoint.places.waitsForClient(this.#incoming, false);
    finishHandshake(socket);
    const { mode } = entry.policy.clients;
    const shown = mode === 'none' ? undefined : clientCertificateOf(socket);
    if (shown !== undefined) this.#judge(socket, entry, shown);
    else if (mode === 'require') this.#incoming.abort(new TlsError('TLS_CLIENT_CERTIFICATE_MISSING'));
    else this.#pass(socket, undefined);
  }

  #judge(
    socket: ServerTlsSocket,
    { policy }: NameEntry,
    { certificate, authorizationError }: NonNullable<ReturnType<typeof clientCertificateOf>>,
  ): void {
    const { connection } = this.#incoming;
    const { validate } = policy.clients;
    const settle = (isGood: unknown): void => {
      if (this.#incoming.isSettled) return;
      // Only `true` accepts: JavaScript code may return any value.
      if (isGood === true) this.#pass(socket, certificate);
      else this.#incoming.abort(new TlsError('TLS_CLIENT_CERTIFICATE_REFUSED'));
    };
    try {
      const context = { authorizationError, serverName: this.#nameOf(socket), connection };
      const verdict = validate === undefined ? authorizationError === undefined : validate(certificate, context);
      if (isThenable(verdict))
        Promise.resolve(verdict)
          .then(settle)
          .catch((cause: unknown) => this.#abort(cause));
      else settle(verdict);
    } catch (cause) {
      this.#abort(cause);
    }
  }

  #pass(socket: ServerTlsSocket, clientCertificate: X509Certificate | undefined): void {
    const { connection } = this.#incoming;
    const accepted = { serverName: this.#nameOf(socket), clientCertificate };
    const encrypted = new TlsConnection(socket, connection, accepted);
    // The socket would keep this object in memory. The errors are those of the encrypted connection now.
    socket.off('error', this.#onError);
    this.#incoming.pass(encrypted);
  }

  /**
   * The server name whose rules apply. OpenSSL may have read another name, e.g. from a hello that is too long for the
   * parser here.
   */
  #nameOf(socket: ServerTlsSocket): string | undefined {
    return this.#incoming.endpoint.entries.matter ? this.#serverName : serverNameOf(socket);
  }

  /** Handles an error thrown by a function of the application. */
  #abort(cause: unknown): void {
    this.#incoming.abort(new TlsError('TLS_HANDSHAKE_FAILED', undefined, { cause }));
  }
}

/**
 * Only `undefined` leaves the choice to `names`: JavaScript code may return any value.
 *
 * @throws TypeError
 */
const checkChosen = (chosen: unknown): void => {
  // Not by its class: the certificate may come from another copy of this package.
  if (chosen === undefined || typeof propertyOf(chosen, 'contextOptions') === 'object') return;
  throw new TypeError(
    `selectCertificate must return a certificate of loadCertificate, or undefined; received ${shownValue(chosen)}.`,
  );
};
