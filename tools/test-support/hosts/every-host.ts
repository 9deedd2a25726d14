import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type Connection, toDuplex } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import { ApplicationBuilder, type HttpLimits, type Middleware } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { type Clock, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { describe, onTestFinished } from 'vitest';
import { CertificateAuthority } from '../certificates.ts';
import { type Answer, type ApplicationKind, applicationOf } from './applications.ts';
import { type HostClient, Http1Client, Http2Client } from './host-client.ts';

/** Server settings that differ from the defaults of the tests. */
export interface HostSettings {
  readonly limits?: Partial<HttpLimits>;
  readonly clock?: Clock;
  /** Sets features of the server, like a host. */
  readonly features?: (features: FeatureCollection) => void;
}

/** A running server with the middleware under test, and a client. It is stopped after the test. */
export interface ServedHost {
  readonly client: HostClient;
  readonly server: WindhoverServer;
  /** Application errors that the server has reported. */
  readonly applicationErrors: readonly unknown[];
}

/** The transport of a host. */
export type TransportKind = 'memory' | 'TCP' | 'TLS';

/** One way to reach an application: a protocol, a transport, and the form of the application. */
export class TestHost {
  readonly protocol: 'HTTP/1.1' | 'HTTP/2';
  readonly transport: TransportKind;
  readonly application: ApplicationKind;

  constructor(protocol: 'HTTP/1.1' | 'HTTP/2', transport: TransportKind, application: ApplicationKind) {
    this.protocol = protocol;
    this.transport = transport;
    this.application = application;
  }

  get name(): string {
    return `${this.protocol} over ${this.transport}, before ${this.application}`;
  }

  /**
   * Serves middleware, the first outermost, before an application of this host's form.
   *
   * @param answer the response that the application gives; by default 200 with `served`
   */
  async serve(
    middleware: readonly Middleware[],
    answer: Answer = () => ({ body: 'served' }),
    { limits = {}, clock, features }: HostSettings = {},
  ): Promise<ServedHost> {
    const memory = new MemoryTransport();
    const applicationErrors: unknown[] = [];
    const server = new WindhoverServer({
      transports: [memory, sockets()],
      protocols: [http1(), http2()],
      limits,
      events: { applicationError: (error) => void applicationErrors.push(error) },
      ...(clock !== undefined && { clock }),
    });
    features?.(server.features);
    const app = new ApplicationBuilder(server.features);
    for (const each of middleware) app.use(each);
    app.run(applicationOf(this.application, answer));
    const endpoint = server.listen(
      this.transport === 'memory' ? { kind: 'memory', name: 'app' } : 'http://127.0.0.1:0',
      ...(this.transport === 'TLS' ? [useHttps(await issued())] : []),
    );
    await server.start(app.toApplication());
    const dial = (): Duplex => {
      const [bound] = endpoint.endpoints;
      if (bound?.kind !== 'ip') return toDuplex(memory.connect({ kind: 'memory', name: 'app' }) satisfies Connection);
      const { port, address: host } = bound;
      if (this.transport === 'TCP') return connect(port, host);
      const ALPNProtocols = [this.protocol === 'HTTP/1.1' ? 'http/1.1' : 'h2'];
      return connectTls({ port, host, servername: 'localhost', rejectUnauthorized: false, ALPNProtocols });
    };
    const scheme = this.transport === 'TLS' ? 'https' : 'http';
    const client = this.protocol === 'HTTP/1.1' ? new Http1Client(dial) : new Http2Client(dial, scheme);
    onTestFinished(async () => {
      client.close();
      await server.stop(AbortSignal.abort());
    });
    return { client, server, applicationErrors };
  }
}

let certificate: Promise<{ certificate: string; key: string }> | undefined;

/** One certificate for all tests of a process. */
const issued = (): Promise<{ certificate: string; key: string }> =>
  (certificate ??= CertificateAuthority.create().then((authority) => authority.issue({})));

const protocols = ['HTTP/1.1', 'HTTP/2'] as const;
const transports = ['memory', 'TCP'] as const;
const applications = ['a context handler', 'a fetch handler', 'an Express app'] as const;

/** Every combination of protocol, transport and form of the application. */
export const testHosts: readonly TestHost[] = protocols.flatMap((protocol) =>
  transports.flatMap((transport) => applications.map((application) => new TestHost(protocol, transport, application))),
);

/** Defines tests for every host: HTTP/1.1 and HTTP/2, memory and TCP, and each form of an application. */
export const everyHost = (define: (host: TestHost) => void): void => {
  describe.each(testHosts.map((host) => [host.name, host] as const))('%s', (_name, host) => {
    define(host);
  });
};

/** Defines tests for every protocol over every transport, including TLS, with a context handler. */
export const everyProtocol = (define: (host: TestHost) => void): void => {
  const hosts = protocols.flatMap((protocol) =>
    (['memory', 'TCP', 'TLS'] as const).map((transport) => new TestHost(protocol, transport, 'a context handler')),
  );
  describe.each(hosts.map((host) => [`${host.protocol} over ${host.transport}`, host] as const))(
    '%s',
    (_name, host) => {
      define(host);
    },
  );
};
