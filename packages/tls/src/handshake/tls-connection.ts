import type { X509Certificate } from 'node:crypto';
import type { CipherNameAndProtocol, TLSSocket } from 'node:tls';
import {
  type Connection,
  LayeredStreamConnection,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';

/** Node leaves a socket open when its peer sends something else than TLS after the handshake. */
function destroyOnError(this: TLSSocket): void {
  this.destroy();
}

/**
 * The inside of TLS: a `Connection` like the one below, whose features it has besides its own.
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

  /** @param socket after its handshake */
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

  /** Empty when it is read for the first time after the end. */
  get protocol(): string {
    this.#protocol ??= this.stream.getProtocol() ?? '';
    return this.#protocol;
  }

  /** Empty when it is read for the first time after the end. */
  get cipherSuite(): string {
    // Node returns undefined after the end; its type says otherwise.
    this.#cipherSuite ??= (this.stream.getCipher() as CipherNameAndProtocol | undefined)?.standardName ?? '';
    return this.#cipherSuite;
  }

  protected override builtIn(id: symbol): unknown {
    return id === TlsHandshakeFeature.id || id === TlsConnectionFeature.id ? this : undefined;
  }
}
