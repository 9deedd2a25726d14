import type { Buffer } from 'node:buffer';
import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import { setStreamAbove } from '@windhover/connections';

/**
 * What `tls.Server` uses of its sockets. Node documents sockets without a server, but not how they tell of the end of
 * their handshake; these have been there since Node 0.11.
 */
interface ServerSide extends TLSSocket {
  /** Lets errors out, as `error`; until then they are for whoever runs the handshake. */
  _releaseControl(): boolean;
  readonly _handle: { verifyError(): NodeJS.ErrnoException | null } | null;
}

/** For the side of the server. */
export interface ServerTlsOptions {
  readonly secureContext: SecureContext;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  /** In the form of the wire; `undefined` for no ALPN. */
  readonly ALPNProtocols: Buffer | undefined;
  /** Bytes, for both directions. As of `tls.createServer`; the types of Node leave it out for sockets. */
  readonly highWaterMark: number;
  readonly isServer: true;
}

/** The server's side of TLS over a stream: emits `secure` after the handshake, or `error`, and `close`. */
export const serverTlsSocket = (stream: Duplex, options: ServerTlsOptions): TLSSocket => {
  const socket = new TLSSocket(stream, options);
  setStreamAbove(stream, socket);
  return socket;
};

/** To be called in `secure`: from now on it is a socket like any other. */
export const finishHandshake = (socket: TLSSocket): void => {
  (socket as ServerSide)._releaseControl();
};

/**
 * The certificate that the client has shown, and why it is not to be trusted if so, e.g. `CERT_HAS_EXPIRED`. A session
 * that was resumed without one has none either.
 */
export const clientCertificateOf = (
  socket: TLSSocket,
): { readonly certificate: X509Certificate; readonly authorizationError: string | undefined } | undefined => {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const { _handle } = socket as ServerSide;
  if (_handle === null) return undefined;
  return { certificate, authorizationError: _handle.verifyError()?.code };
};

/** The name that the client has asked for. */
export const serverNameOf = (socket: TLSSocket): string | undefined =>
  // Documented for `tls.Server`; the types of Node leave it out.
  (socket as { servername?: string | false | null }).servername || undefined;
