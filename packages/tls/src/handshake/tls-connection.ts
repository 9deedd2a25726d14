import type { X509Certificate } from 'node:crypto';
import type { CipherNameAndProtocol, TLSSocket } from 'node:tls';
import {
  type Connection,
  LayeredStreamConnection,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';

/** Node.js leaves a socket open when its peer sends something other than TLS after the handshake. */
function destroyOnError(this: TLSSocket): void {
  this.destroy();
}

/**
 * The decrypted connection. It has the features of the underlying connection and its own.
 *
 * Source: Kestrel `HttpsConnectionMiddleware`, `TlsConnectionFeature`
 */
export class TlsConnection
  extends LayeredStreamConnection<TLSSocket>
  implements TlsHandshakeFeature, TlsConnectionFeature
{
  readonly serverName: string | undefined;
  readonly applicationProtocol: string | undefined;
  readonly isResumed: boolean;
  readonly clientCertificate: X509Certificate | undefined;
  #protocol: string | undefined;
  #cipherSuite: string | undefined;

  /** @param socket after the handshake */
  constructor(
    socket: TLSSocket,
    below: Connection,
    serverName: string | undefined,
    clientCertificate: X509Certificate | undefined,
  ) {
    super(socket, below);
    // oxlint-disable-next-line typescript/unbound-method -- an emitter calls its listeners with itself as `this`
    socket.on('error', destroyOnError);
    this.serverName = serverName;
    this.applicationProtocol = socket.alpnProtocol || undefined;
    this.isResumed = socket.isSessionReused();
    this.clientCertificate = clientCertificate;
  }

  /** Empty if first read after the end of the connection. */
  get protocol(): string {
    this.#protocol ??= this.stream.getProtocol() ?? '';
    return this.#protocol;
  }

  /** Empty if first read after the end of the connection. */
  get cipherSuite(): string {
    // Node.js returns undefined after the end, unlike its type.
    this.#cipherSuite ??= (this.stream.getCipher() as CipherNameAndProtocol | undefined)?.standardName ?? '';
    return this.#cipherSuite;
  }

  protected override builtIn(id: symbol): unknown {
    return id === TlsHandshakeFeature.id || id === TlsConnectionFeature.id ? this : undefined;
  }
}
