import type { X509Certificate } from 'node:crypto';
import {
  type Connection,
  ConnectionEndpointFeature,
  type ConnectionMiddleware,
  type MemoryEndpoint,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import type { WindhoverServer } from '@windhover/server';
import { MemoryTransport } from '@windhover/transport-memory';

/** How a client connects to the test server. */
export interface TestConnectOptions {
  /** Whether the server sees TLS: the scheme `https` and the features of a handshake. Nothing is encrypted. */
  readonly https?: boolean;
  /** Default `http/1.1`. With `https` the protocol is negotiated (ALPN); without it, `h2` is prior knowledge. */
  readonly protocol?: 'http/1.1' | 'h2';
  /** The IP address of the client. Default `127.0.0.1`. */
  readonly remoteAddress?: string;
  /** With `https`: the certificate of the client, as if the server had requested and accepted it. */
  readonly clientCertificate?: X509Certificate;
  /** With `https`: the server name that the client sends (SNI). Default the host of the URL, or `localhost`. */
  readonly serverName?: string;
}

/** The server's side of a connection that is about to be accepted. */
interface Expected {
  readonly options: TestConnectOptions;
  readonly port: number;
  readonly accepted: (connection: Connection) => void;
}

/** Memory connections between the clients of a test and its server, with the features of TCP and TLS connections. */
export class TestNetwork {
  readonly #transport = new MemoryTransport();
  readonly #expected = new Map<string, Expected>();
  /** Client ports, from the dynamic range (RFC 6335 section 6). */
  #port = 49_151;

  get transport(): MemoryTransport {
    return this.#transport;
  }

  /** Makes a server listen on this network only. */
  listen(server: WindhoverServer): void {
    server.listen(plain, (endpoint) => {
      endpoint.name = 'http';
      endpoint.use(this.#facts(false));
    });
    server.listen(encrypted, (endpoint) => {
      endpoint.name = 'https';
      endpoint.useTls(this.#facts(true));
    });
  }

  /**
   * Opens a connection to the server.
   *
   * @param accepted called with the server's side of the connection, before it is served
   * @throws ConnectionError `CONNECTION_REFUSED` when the server does not listen
   */
  connect(options: TestConnectOptions, accepted: Expected['accepted']): Connection {
    const client = this.#transport.connect(options.https === true ? encrypted : plain);
    const { localEndpoint } = client.features.require(ConnectionEndpointFeature);
    this.#port = this.#port === 65_535 ? 49_152 : this.#port + 1;
    this.#expected.set((localEndpoint as MemoryEndpoint).name, { options, port: this.#port, accepted });
    return client;
  }

  #facts(isTls: boolean): ConnectionMiddleware {
    return (next) => (connection) => {
      const { remoteEndpoint } = connection.features.require(ConnectionEndpointFeature);
      const { name } = remoteEndpoint as MemoryEndpoint;
      const { options, port, accepted } = this.#expected.get(name)!;
      this.#expected.delete(name);
      const { remoteAddress = '127.0.0.1' } = options;
      connection.features.set(ConnectionEndpointFeature, {
        localEndpoint: {
          kind: 'ip',
          address: remoteAddress.includes(':') ? '::1' : '127.0.0.1',
          port: isTls ? 443 : 80,
        },
        remoteEndpoint: { kind: 'ip', address: remoteAddress, port },
      });
      if (isTls) addHandshake(connection, options);
      accepted(connection);
      return next(connection);
    };
  }
}

const plain = { kind: 'memory', name: 'http' } as const;
const encrypted = { kind: 'memory', name: 'https' } as const;

const addHandshake = ({ features }: Connection, options: TestConnectOptions): void => {
  const { clientCertificate, protocol = 'http/1.1', serverName = 'localhost' } = options;
  features.set(TlsHandshakeFeature, {
    protocol: 'TLSv1.3',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    serverName,
    applicationProtocol: protocol,
    isResumed: false,
  });
  features.set(TlsConnectionFeature, { clientCertificate });
};
