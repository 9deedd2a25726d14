import type { X509Certificate } from 'node:crypto';
import type { CipherNameAndProtocol, TLSSocket } from 'node:tls';
import type { TlsConnectionFeature, TlsHandshakeFeature } from '@windhover/connections';
import { serverNameOf } from './server-tls-socket.ts';

/** The name and the certificate of a client, as the rules of a server have accepted them. */
export interface AcceptedIdentity {
  readonly serverName: string | undefined;
  readonly clientCertificate: X509Certificate | undefined;
}

/**
 * The TLS features of a socket of Node.js: of `useHttps`, or of a socket that another server has accepted. `protocol` and
 * `cipherSuite` are empty if they are first read after the end of the connection.
 *
 * Source: Kestrel `TlsConnectionFeature`
 */
export class TlsSocketFeatures implements TlsHandshakeFeature, TlsConnectionFeature {
  readonly #socket: TLSSocket;
  readonly #accepted: AcceptedIdentity | undefined;
  #protocol: string | undefined;
  #cipherSuite: string | undefined;
  #isResumed: boolean;

  /** @param accepted by default the name that the socket reports, and its certificate if the socket is authorized */
  constructor(socket: TLSSocket, accepted?: AcceptedIdentity) {
    this.#socket = socket;
    this.#accepted = accepted;
    this.#isResumed = socket.isSessionReused();
  }

  get protocol(): string {
    this.#protocol ??= this.#socket.getProtocol() ?? undefined;
    return this.#protocol ?? '';
  }

  get cipherSuite(): string {
    // Node.js returns undefined after the end, unlike its type.
    this.#cipherSuite ??= (this.#socket.getCipher() as CipherNameAndProtocol | undefined)?.standardName;
    return this.#cipherSuite ?? '';
  }

  get serverName(): string | undefined {
    return this.#accepted === undefined ? serverNameOf(this.#socket) : this.#accepted.serverName;
  }

  get applicationProtocol(): string | undefined {
    return this.#socket.alpnProtocol || undefined;
  }

  get isResumed(): boolean {
    // Node.js returns null after the end, unlike its type.
    const isResumed = this.#socket.isSessionReused() as boolean | null;
    return (this.#isResumed = isResumed ?? this.#isResumed);
  }

  get clientCertificate(): X509Certificate | undefined {
    if (this.#accepted !== undefined) return this.#accepted.clientCertificate;
    return this.#socket.authorized ? this.#socket.getPeerX509Certificate() : undefined;
  }
}
