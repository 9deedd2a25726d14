import type { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { SecureContext, TLSSocket } from 'node:tls';
import { setStreamAbove } from '@windhover/connections';
import { ServerTlsSocket } from './reused-read-buffer.ts';

/**
 * The parts of a TLS socket that `tls.Server` uses. Node.js documents TLS sockets without a server, but not how they
 * report the end of the handshake. These members have existed since Node.js 0.11.
 */
interface ServerSide extends TLSSocket {
  /** Errors are emitted as `error` after this call; before, they belong to the handshake. */
  _releaseControl(): boolean;
  readonly _handle: { verifyError(): NodeJS.ErrnoException | null } | null;
}

/** Options of a server-side TLS socket. */
export interface ServerTlsOptions {
  readonly secureContext: SecureContext;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  /** ALPN names in wire format; `undefined` for no ALPN. */
  readonly ALPNProtocols: Buffer | undefined;
  /** Bytes, for both directions. An option of `tls.createServer` that Node.js does not type for sockets. */
  readonly highWaterMark: number;
  readonly isServer: true;
}

/** Creates the server side of TLS over a stream: it emits `secure` after the handshake, or `error`, and `close`. */
export const serverTlsSocket = (stream: Duplex, options: ServerTlsOptions): ServerTlsSocket => {
  const socket = new ServerTlsSocket(stream, options);
  setStreamAbove(stream, socket);
  return socket;
};

/** Call after `secure`: makes the socket an ordinary one. */
export const finishHandshake = (socket: TLSSocket): void => {
  (socket as ServerSide)._releaseControl();
};

/**
 * The certificate of the client, and the reason why it is not trusted, e.g. `CERT_HAS_EXPIRED`. `undefined` if the
 * client sent none, or resumed a session without one.
 *
 * A resumed session keeps the result of its first handshake, so the end of the certificate is checked here (RFC 8446 section
 * 4.6.1).
 */
export const clientCertificateOf = (
  socket: TLSSocket,
): { readonly certificate: X509Certificate; readonly authorizationError: string | undefined } | undefined => {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const { _handle } = socket as ServerSide;
  if (_handle === null) return undefined;
  const isOver = socket.isSessionReused() && Date.parse(certificate.validTo) < Date.now();
  return { certificate, authorizationError: isOver ? 'CERT_HAS_EXPIRED' : _handle.verifyError()?.code };
};

/** The server name that the client requested. */
export const serverNameOf = (socket: TLSSocket): string | undefined =>
  // Documented for `tls.Server`, but not typed in Node.js.
  (socket as { servername?: string | false | null }).servername || undefined;
