import { X509Certificate } from 'node:crypto';
import { messages, webSockets } from '@windhover/websockets';
import { describe, expect, it, vi } from 'vitest';
import {
  ConnectionLifetimeNotificationFeature,
  TlsConnectionFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import { HttpProblem, createHostBuilder } from 'windhover';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { TestServer } from '../src/index.ts';

describe('options from JavaScript without types', () => {
  it.each<[options: unknown, message: string]>([
    [{ protocol: 'http2' }, 'TestServer.start: protocol must be "http/1.1" or "h2"; received "http2".'],
    [{ errors: 'return' }, 'TestServer.start: errors must be "throw" or "respond"; received "return".'],
    [{ clock: true }, 'TestServer.start: clock must be "manual" or "system"; received true.'],
    [{ tls: true }, 'TestServer.start has no option "tls"; its options are https, protocol, clock, errors, cookies.'],
  ])('%j is refused', async (options, message) => {
    await expect(TestServer.start(() => 'hello', options as never)).rejects.toThrow(new TypeError(message));
  });
});

describe('the clock', () => {
  it('stands still: a connection without a request lives until the test moves time', async () => {
    await using server = await TestServer.start(() => 'hello');
    const connection = server.connect();
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    await server.clock.advance(100_000);
    expect(isClosed).toBe(false);
    await server.clock.advance(60_000);
    connection.halfClose();
    await connection.closed;
  });

  it('gives the time of the Date field', async () => {
    await using server = await TestServer.start(() => 'hello');
    const before = Date.parse((await server.fetch('/')).headers.get('date')!);
    await server.clock.advance(3_600_000);
    const connection = server.connect();
    expect(Date.parse((await connection.fetch('/')).headers.get('date')!) - before).toBe(3_600_000);
  });

  it('of the system: advance is an error', async () => {
    await using server = await TestServer.start(() => 'hello', { clock: 'system' });
    expect((await server.fetch('/')).status).toBe(200);
    await expect(server.clock.advance(1)).rejects.toMatchObject({ code: 'TESTING_CLOCK_SYSTEM' });
  });
});

describe('virtual TLS', () => {
  it.each(['http/1.1', 'h2'] as const)('over %s: scheme, handshake and certificate of the client', async (protocol) => {
    const { certificate } = await (await CertificateAuthority.create()).issue({});
    const clientCertificate = new X509Certificate(certificate);
    await using server = await TestServer.start(
      ({ request, features }) => {
        const { serverName, applicationProtocol } = features.require(TlsHandshakeFeature);
        const { clientCertificate: received } = features.require(TlsConnectionFeature);
        return [request.scheme, serverName, applicationProtocol, received?.fingerprint];
      },
      { https: true, protocol },
    );
    const response = await server.fetch('https://shop.example/', { clientCertificate });
    expect(await response.json()).toEqual(['https', 'shop.example', protocol, clientCertificate.fingerprint]);
  });

  it('has no handshake over http', async () => {
    await using server = await TestServer.start(({ request, features }) => [
      request.scheme,
      features.get(TlsHandshakeFeature) === undefined,
    ]);
    expect(await (await server.fetch('/')).json()).toEqual(['http', true]);
  });
});

describe('errors of the application', () => {
  const failure = new Error('boom');
  const fail = (): never => {
    throw failure;
  };

  it.each(['http/1.1', 'h2'] as const)('over %s: reject the fetch that waits for the response', async (protocol) => {
    await using server = await TestServer.start(fail, { protocol });
    await expect(server.fetch('/')).rejects.toBe(failure);
    await expect(Promise.allSettled([server.fetch('/a'), server.fetch('/b')])).resolves.toMatchObject([
      { reason: failure },
      { reason: failure },
    ]);
  });

  it('are answered with 500 with the option answer, and kept', async () => {
    await using server = await TestServer.start(fail, { errors: 'respond' });
    expect((await server.fetch('/')).status).toBe(500);
    expect(server.errors).toEqual([failure]);
  });

  it('that the application handles do not fail the test', async () => {
    await using server = await TestServer.start(
      createHostBuilder().configure((app) => {
        app.onError((_error, { response }) => response.send('sorry')).run(fail);
      }),
      { errors: 'respond' },
    );
    expect(await (await server.fetch('/')).text()).toBe('sorry');
  });

  it('that blame the client (4xx) are answered', async () => {
    await using server = await TestServer.start(() => {
      throw new HttpProblem(404);
    });
    expect((await server.fetch('/')).status).toBe(404);
  });

  it('that no fetch received are thrown when the server stops', async () => {
    const server = await TestServer.start(fail);
    const connection = server.connect();
    await connection.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('500');
    await expect(server[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: 'TESTING_APPLICATION_FAILED',
      message: expect.stringContaining('boom') as string,
      cause: { errors: [failure] },
    });
    await server.stop();
  });

  it('that the test has read are not thrown', async () => {
    await using server = await TestServer.start(fail);
    const connection = server.connect();
    await connection.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('500');
    expect(server.errors).toEqual([failure]);
  });
});

describe('the log', () => {
  it('has the entries of host, server and application, debug included', async () => {
    await using server = await TestServer.start(
      createHostBuilder().configure((app) => {
        app.run(() => {
          throw new Error('boom');
        });
      }),
      { errors: 'respond' },
    );
    await server.fetch('/');
    const connection = server.connect();
    await connection.send('NOT HTTP\r\n\r\n');
    await connection.rest();
    expect(server.log.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'error: The application failed to answer a request',
      'debug: A request was refused',
    ]);
    expect(server.log[0]!.details).toMatchObject({ err: { message: 'boom' }, category: 'windhover.server' });
  });
});

describe('WebSockets', () => {
  const start = (): Promise<TestServer> =>
    TestServer.start(
      createHostBuilder().configure((app) => {
        app.use(webSockets({ protocols: ['shout'] })).run(async ({ request, response, webSockets: sockets }) => {
          if (!sockets.isRequest || request.path !== '/chat') {
            response.statusCode = 404;
            return response.send('nothing here');
          }
          const socket = await sockets.accept();
          for await (const message of messages(socket)) {
            if (message === 'bye') return socket.close(4000, 'as you wish');
            socket.send(typeof message === 'string' ? message.toUpperCase() : message);
          }
        });
      }),
    );

  describe.each(['http/1.1', 'h2'] as const)('over %s', (protocol) => {
    it.each([false, true])('messages both ways, https %s', async (https) => {
      await using server = await start();
      const socket = await server.webSocket('/chat', { protocols: 'shout', https, protocol });
      expect(socket.protocol).toBe('shout');
      socket.send('hello');
      socket.send(new Uint8Array([1, 2]));
      expect(await socket.next()).toBe('HELLO');
      expect(Buffer.from((await socket.next()) as Uint8Array)).toEqual(Buffer.from([1, 2]));
      expect(await socket.close()).toMatchObject({ code: 1000 });
    });

    it('a close by the server ends the loop, and next rejects with code and reason', async () => {
      await using server = await start();
      const socket = await server.webSocket('/chat', { protocol });
      socket.send('one');
      socket.send('bye');
      const received: unknown[] = [];
      for await (const message of socket) received.push(message);
      expect(received).toEqual(['ONE']);
      expect(await socket.closed).toEqual({ code: 4000, reason: 'as you wish' });
      await expect(socket.next()).rejects.toMatchObject({
        code: 'TESTING_WEB_SOCKET_CLOSED',
        message: /4000, as you wish/,
      });
    });

    it('a refusal shows status and content', async () => {
      await using server = await start();
      await expect(server.webSocket('/nowhere', { protocol })).rejects.toMatchObject({
        code: 'TESTING_WEB_SOCKET_REFUSED',
        message: expect.stringContaining('404 nothing here') as string,
      });
    });

    it('drop: the handler ends without a close frame', async () => {
      await using server = await start();
      const socket = await server.webSocket('/chat', { protocol });
      socket.drop();
      expect(await socket.closed).toMatchObject({ code: 1006 });
    });

    it('a large message both ways', async () => {
      await using server = await start();
      const socket = await server.webSocket('/chat', { protocol });
      const sent = new Uint8Array(500_000).fill(7);
      socket.send(sent);
      expect(Buffer.from((await socket.next()) as Uint8Array).equals(Buffer.from(sent))).toBe(true);
    });

    it('a path with a query, fields of the test, and the protocol of the server', async () => {
      await using server = await TestServer.start(
        createHostBuilder().configure((app) => {
          app.use(webSockets()).run(async ({ request, webSockets: sockets }) => {
            const socket = await sockets.accept();
            socket.send(
              [request.method, request.protocol, request.target, request.host, request.headers.get('x-a')].join(' '),
            );
          });
        }),
        { protocol },
      );
      const socket = await server.webSocket('/chat?a=b', { headers: { 'X-A': 'one' } });
      const begin = protocol === 'h2' ? 'CONNECT HTTP/2' : 'GET HTTP/1.1';
      expect(await socket.next()).toBe(`${begin} /chat?a=b localhost one`);
    });
  });
});

describe('the end', () => {
  it('stop needs no time for idle connections of fetch', async () => {
    const server = await TestServer.start(() => 'hello');
    expect(await (await server.fetch('/')).text()).toBe('hello');
    vi.spyOn(server.clock, 'run').mockReturnValue(() => {});
    await server.stop();
  });

  it('stop lets a running request end', async () => {
    let finish!: (text: string) => void;
    const reached = new Promise<void>((resolve) => void (onReached = resolve));
    const server = await TestServer.start(() => {
      onReached();
      return new Promise<string>((resolve) => (finish = resolve));
    });
    const fetching = server.fetch('/');
    await reached;
    const stopping = server.stop();
    finish('done');
    expect(await (await fetching).text()).toBe('done');
    await stopping;
  });

  it('dispose during a stop cuts a running request off, too', async () => {
    const reached = new Promise<void>((resolve) => void (onReached = resolve));
    const server = await TestServer.start(
      createHostBuilder()
        .useShutdownTimeout(Infinity)
        .configure((app) => {
          app.run(() => {
            onReached();
            return new Promise<never>(() => {});
          });
        }),
    );
    const fetching = server.fetch('/');
    await reached;
    const stopping = server.stop();
    await Promise.all([
      expect(fetching).rejects.toMatchObject({ code: 'TESTING_CONNECTION_CLOSED' }),
      server[Symbol.asyncDispose](),
      stopping,
    ]);
  });

  it('dispose cuts a running request off', async () => {
    const reached = new Promise<void>((resolve) => void (onReached = resolve));
    const server = await TestServer.start(() => {
      onReached();
      return new Promise<never>(() => {});
    });
    const fetching = server.fetch('/');
    await reached;
    await Promise.all([
      expect(fetching).rejects.toMatchObject({ code: 'TESTING_CONNECTION_CLOSED' }),
      server[Symbol.asyncDispose](),
    ]);
  });
});

describe('options', () => {
  it.each<[title: string, call: (server: TestServer) => unknown, message: string]>([
    [
      'connect',
      (server) => server.connect({ address: '::1' } as object),
      'connect has no option "address"; its options are https, protocol, remoteAddress, clientCertificate, serverName.',
    ],
    [
      'webSocket',
      (server) => server.webSocket('/', { header: {} } as object),
      'webSocket has no option "header"; its options are ',
    ],
  ])('%s: a TypeError', async (_title, call, message) => {
    await using server = await TestServer.start(() => 'hello');
    const calling = (async () => call(server))();
    await expect(calling).rejects.toThrow(TypeError);
    await expect(calling).rejects.toThrow(message);
  });
});

let onReached: () => void = () => {};

describe('events of the server', () => {
  it('that are optional reach the log, also with a host that is already built', async () => {
    const host = createHostBuilder()
      .configure((app) => {
        app.run(({ response }) => {
          response.headers.set('connection', 'x');
          response.end();
        });
      })
      .build();
    await using server = await TestServer.start(host, { protocol: 'h2' });
    await server.fetch('/');
    expect(server.log).toContainEqual(
      expect.objectContaining({ level: 'debug', details: expect.objectContaining({ field: 'connection' }) }),
    );
  });
});

describe('shared connections', () => {
  it('after the server has closed one of three, two fetches at once use the other two', async () => {
    const lifetimes = new Map<string, ConnectionLifetimeNotificationFeature>();
    await using server = await TestServer.start(({ traceIdentifier, features }) => {
      const [id] = traceIdentifier.split(':') as [string];
      lifetimes.set(id, features.require(ConnectionLifetimeNotificationFeature));
      return id;
    });
    const ids = (count: number): Promise<string[]> =>
      Promise.all(Array.from({ length: count }, async () => (await server.fetch('/')).text()));
    const [first, second, third] = await ids(3);
    lifetimes.get(third!)!.requestClose();
    await server.clock.advance(10_000);
    expect(new Set(await ids(2))).toEqual(new Set([first, second]));
  });
});

describe('a test server that has stopped', () => {
  it.each(['fetch', 'webSocket'] as const)('%s rejects, as that of the platform', async (method) => {
    const server = await TestServer.start(() => 'hello');
    await server.stop();
    const promise = server[method]('/');
    await expect(promise).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
  });
});
