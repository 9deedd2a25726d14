import { Buffer } from 'node:buffer';
import * as h2 from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type ConnectionMiddleware, toDuplex } from '@windhover/connections';
import { type RequestDelegate, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, type ServerLimitOptions, WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { CertificateAuthority } from '../../../../tools/test-support/certificates.ts';
import { http2 } from '../../src/index.ts';

export type Below = 'tcp' | 'tls' | 'memory';
export const everyTransport: readonly Below[] = ['tcp', 'tls', 'memory'];

let authority: Promise<CertificateAuthority> | undefined;

export interface TestServerOptions {
  readonly limits?: ServerLimitOptions;
  /** ALPN names. Default: HTTP/2 and HTTP/1.1. */
  readonly protocols?: readonly string[];
  /** Between HTTP/2 and the connection below it. */
  readonly middleware?: ConnectionMiddleware;
}

/** A whole server that speaks HTTP/2 and HTTP/1.1, over a transport of any kind. */
export class TestServer implements AsyncDisposable {
  readonly below: Below;
  readonly server: WindhoverServer;
  readonly applicationErrors: unknown[] = [];
  readonly badRequests: string[] = [];
  readonly #memory = new MemoryTransport();
  #certificate = '';

  constructor(below: Below, limits: ServerLimitOptions | undefined) {
    this.below = below;
    this.server = new WindhoverServer({
      transports: [sockets(), this.#memory],
      protocols: [http2(), http1()],
      ...(limits && { limits }),
      events: {
        applicationError: (error) => void this.applicationErrors.push(error),
        badRequest: (error) => void this.badRequests.push(error.code),
        warning: () => undefined,
      },
    });
  }

  static async start(below: Below, handler: RequestDelegate, options: TestServerOptions = {}): Promise<TestServer> {
    const test = new TestServer(below, options.limits);
    const endpoint = below === 'memory' ? memoryEndpoint : { kind: 'ip' as const, address: '127.0.0.1', port: 0 };
    const tls = below === 'tls' ? useHttps(await test.#issue()) : undefined;
    test.server.listen(endpoint, (listen) => {
      if (options.protocols !== undefined) listen.protocols = options.protocols;
      tls?.(listen);
      if (options.middleware !== undefined) listen.use(options.middleware);
    });
    await test.server.start(pipelineApplication(handler));
    return test;
  }

  async #issue(): Promise<{ certificate: string; key: string }> {
    const issuer = await (authority ??= CertificateAuthority.create());
    this.#certificate = issuer.certificate;
    return issuer.issue({});
  }

  /** Of the authority that clients have to trust. */
  get certificate(): string {
    return this.#certificate;
  }

  /** Without a slash at its end. */
  get address(): string {
    return this.server.features.require(ServerAddressesFeature).addresses[0]!;
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** A connection without a protocol; over TLS, `h2` is negotiated. */
  open(): Duplex {
    return this.below === 'memory' ? toDuplex(this.#memory.connect(memoryEndpoint)) : this.socket();
  }

  /** Node's HTTP/2 client. */
  connect(options: h2.ClientSessionOptions = {}): h2.ClientHttp2Session {
    if (this.below === 'memory') {
      const stream = this.open();
      return h2.connect('http://a', { ...options, createConnection: () => stream });
    }
    const authorityOf = this.below === 'tls' ? `https://localhost:${this.port}` : this.address;
    return h2.connect(authorityOf, { ca: this.#certificate, ...options });
  }

  /** A plain connection to the port, of TLS with these protocols. */
  socket(protocols: readonly string[] = ['h2']): ReturnType<typeof connectTcp> {
    // Without a delay: otherwise each small write waits about 40 ms until the server acknowledges the one before.
    if (this.below !== 'tls') return connectTcp({ port: this.port, host: '127.0.0.1', noDelay: true });
    return connectTls({
      port: this.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: this.#certificate,
      ALPNProtocols: [...protocols],
    }).setNoDelay();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(AbortSignal.timeout(2000));
  }
}

const memoryEndpoint = { kind: 'memory', name: 'http2' } as const;

/** A response as Node's client has it. */
export interface Answer {
  readonly status: number;
  readonly headers: h2.IncomingHttpHeaders;
  readonly content: string;
  readonly trailers: h2.IncomingHttpHeaders;
  readonly informational: number[];
}

/** Sends a request and waits for the whole response. @param content ends the request; `undefined` for none */
export const answerTo = (
  session: h2.ClientHttp2Session,
  headers: h2.OutgoingHttpHeaders,
  content?: string | Uint8Array,
): Promise<Answer> => collect(session.request(headers, { endStream: content === undefined }), content);

/** Waits for the whole response of a stream. */
export const collect = (stream: h2.ClientHttp2Stream, content?: string | Uint8Array): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const informational: number[] = [];
    let head: h2.IncomingHttpHeaders = {};
    let trailers: h2.IncomingHttpHeaders = {};
    stream.on('headers', (fields) => void informational.push(Number(fields[':status'])));
    stream.on('response', (fields) => (head = fields));
    stream.on('trailers', (fields) => (trailers = fields));
    stream.on('data', (piece: Buffer) => void pieces.push(piece));
    stream.on('error', reject);
    stream.on('end', () =>
      resolve({
        status: Number(head[':status']),
        headers: head,
        content: Buffer.concat(pieces).toString(),
        trailers,
        informational,
      }),
    );
    if (content !== undefined) stream.end(content);
  });
