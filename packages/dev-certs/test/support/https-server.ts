import { once } from 'node:events';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { DevelopmentCertificate } from '../../src/index.ts';

/** An HTTPS server with the certificate, on any free port of every interface; answers `hello`. */
export class HttpsServer implements AsyncDisposable {
  readonly #server: Server;

  static async start({ certificate, key }: DevelopmentCertificate): Promise<HttpsServer> {
    const server = createServer({ cert: certificate, key }, (_request, response) => void response.end('hello'));
    // A client that refuses the certificate ends the handshake.
    server.on('tlsClientError', () => undefined);
    server.listen(0);
    await once(server, 'listening');
    return new HttpsServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
