import { type RequestDelegate, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { type HttpsOptions, useHttps } from '../../src/index.ts';

const hello: RequestDelegate = ({ response }) => response.send('Hello over TLS');

/** A whole server on a free loopback port. */
export class HttpsServer {
  readonly server: WindhoverServer;
  readonly warnings: string[] = [];

  constructor() {
    this.server = new WindhoverServer({
      transports: [sockets()],
      protocols: [http1()],
      events: { warning: (message) => void this.warnings.push(message), applicationError: () => undefined },
    });
  }

  static async start(options: HttpsOptions, handler: RequestDelegate = hello): Promise<HttpsServer> {
    const https = new HttpsServer();
    https.server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps(options));
    await https.server.start(pipelineApplication(handler));
    return https;
  }

  /** Without a slash at its end. */
  get address(): string {
    return this.server.features.require(ServerAddressesFeature).addresses[0]!;
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
