import { type ClientHttp2Session, connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import { toDuplex } from '@windhover/connections';
import { type WebHost, WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { MemoryTransport } from '@windhover/transport-memory';
import { type FetchHandler, fetchHandler } from '../src/index.ts';

const endpoint = { kind: 'memory', name: 'app' } as const;

/** A fetch handler in a host, over memory connections. */
export class Hosted implements AsyncDisposable {
  readonly host: WebHost;
  /** Errors that were logged. */
  readonly errors: unknown[] = [];
  readonly #transport = new MemoryTransport();
  readonly #sessions: ClientHttp2Session[] = [];

  private constructor(handler: FetchHandler) {
    this.host = new WebHostBuilder()
      .useTransport(this.#transport)
      .useProtocol(http2())
      .useProtocol(http1())
      .useServer((server) => {
        server.limits.maxRequestBodySize = null;
        server.listen(endpoint);
      })
      .useLogger({
        debug() {},
        info() {},
        warn() {},
        error: (details) => void this.errors.push(Reflect.get(details, 'err')),
      })
      .configure((app) => void app.run(fetchHandler(handler)))
      .build();
  }

  static async start(handler: FetchHandler): Promise<Hosted> {
    const hosted = new Hosted(handler);
    await hosted.host.start();
    return hosted;
  }

  connect(): Duplex {
    // A test that ends resets its connections.
    return toDuplex(this.#transport.connect(endpoint)).on('error', () => {});
  }

  /** Sends text and receives everything until the server ends its side. */
  async exchange(sent: string): Promise<string> {
    const stream = this.connect();
    stream.write(sent);
    let received = '';
    for await (const bytes of stream) received += String(bytes as Uint8Array);
    stream.end();
    return received;
  }

  session(): ClientHttp2Session {
    const stream = this.connect();
    const session = connect('http://a', { createConnection: () => stream });
    session.on('error', () => {});
    this.#sessions.push(session);
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await this.host.stop(AbortSignal.abort());
  }
}
