import type { TLSSocket } from 'node:tls';
import {
  type Connection,
  LayeredStreamConnection,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { ServerTlsSocket } from './reused-read-buffer.ts';
import { type AcceptedIdentity, TlsSocketFeatures } from './tls-socket-features.ts';

/** Node.js leaves a socket open when its peer sends something other than TLS after the handshake. */
function destroyOnError(this: TLSSocket): void {
  this.destroy();
}

/**
 * The decrypted connection. It has the features of the underlying connection and its own.
 *
 * Source: Kestrel `HttpsConnectionMiddleware`
 */
export class TlsConnection extends LayeredStreamConnection<TLSSocket> {
  readonly #tls: TlsSocketFeatures;

  /** @param socket after the handshake */
  constructor(socket: ServerTlsSocket, below: Connection, accepted: AcceptedIdentity) {
    super(socket, below);
    // oxlint-disable-next-line typescript/unbound-method -- an emitter calls its listeners with itself as `this`
    socket.on('error', destroyOnError);
    this.#tls = new TlsSocketFeatures(socket, accepted);
    socket.readFor(this);
  }

  protected override builtIn(id: symbol): unknown {
    return id === TlsHandshakeFeature.id || id === TlsConnectionFeature.id ? this.#tls : undefined;
  }
}
