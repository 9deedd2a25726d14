import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Connection, TlsConnectionFeature, TlsHandshakeFeature } from '@windhover/connections';
import { LayeredConnection } from './layered-connection.ts';
import { serverNameOf } from './server-tls-socket.ts';

/** Node leaves a socket open whose peer has sent what is not TLS after the handshake. */
function destroyOnError(this: TLSSocket): void {
  this.destroy();
}

/**
 * The inside of TLS: a `Connection` like the one below, whose features it has besides its own.
 *
 * Source: Kestrel `HttpsConnectionMiddleware`, `TlsConnectionFeature`
 */
export class TlsConnection extends LayeredConnection<TLSSocket> implements TlsHandshakeFeature, TlsConnectionFeature {
  readonly protocol: string;
  readonly cipherSuite: string;
  readonly serverName: string | undefined;
  readonly applicationProtocol: string | undefined;
  readonly isResumed: boolean;
  readonly clientCertificate: X509Certificate | undefined;

  /** @param socket after its handshake */
  constructor(socket: TLSSocket, below: Connection, clientCertificate: X509Certificate | undefined) {
    super(socket, below);
    // oxlint-disable-next-line typescript/unbound-method -- an emitter calls its listeners with itself as `this`
    socket.on('error', destroyOnError);
    this.protocol = socket.getProtocol() ?? '';
    this.cipherSuite = socket.getCipher().standardName;
    this.serverName = serverNameOf(socket);
    this.applicationProtocol = socket.alpnProtocol || undefined;
    this.isResumed = socket.isSessionReused();
    this.clientCertificate = clientCertificate;
  }

  protected override builtIn(id: symbol): unknown {
    return id === TlsHandshakeFeature.id || id === TlsConnectionFeature.id ? this : undefined;
  }
}
