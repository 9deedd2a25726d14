import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type FetchServerHandler, ServerContext, fallThrough, fetchHandler, protocolMarker } from '../src/index.ts';
import { Hosted } from './hosted.ts';

type Parts = Omit<FetchServerHandler, typeof protocolMarker | 'fetch'> & Partial<Pick<FetchServerHandler, 'fetch'>>;

const start = (parts: Parts): Promise<Hosted> =>
  Hosted.start({ [protocolMarker]: 1, fetch: () => new Response('fetched'), ...parts });

const get = 'GET /path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const upgrade = (protocol: string): string =>
  `GET /path HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
const statusOf = (answer: string): string => answer.slice(9, 12);

describe('the handler object', () => {
  it('is marked by Symbol.for("wintertc.server.protocol")', () => {
    expect(protocolMarker).toBe(Symbol.for('wintertc.server.protocol'));
    expect(fallThrough).toBe(Symbol.for('wintertc.server.fallthrough'));
  });

  it('another version is refused: APP_FETCH_PROTOCOL_UNKNOWN', () => {
    const handler = { [protocolMarker]: 2, fetch: () => new Response() };
    expect(() => fetchHandler(handler as never)).toThrow(
      expect.objectContaining({ code: 'APP_FETCH_PROTOCOL_UNKNOWN' }),
    );
  });

  it('without the marker fetch receives a Request', async () => {
    await using server = await Hosted.start({
      fetch: (request: Request) => new Response(String(request instanceof Request)),
    });
    expect(await server.exchange(get)).toMatch(/true$/);
  });

  it('keeps its `this`, and fetch receives a ServerContext alone', async () => {
    const handler = {
      [protocolMarker]: 1 as const,
      name: 'shop',
      fetch(...parameters: unknown[]) {
        return new Response(`${this.name} ${parameters.length} ${parameters[0] instanceof ServerContext}`);
      },
    };
    await using server = await Hosted.start(handler);
    expect(await server.exchange(get)).toMatch(/shop 1 true$/);
  });
});

describe('ServerContext', () => {
  it('facts of the request and of its connection', async () => {
    let seen: unknown;
    await using server = await start({
      fetch: (context) => {
        seen = {
          isRequest: context.request instanceof Request,
          isSame: context.request === context.request,
          url: context.request.url,
          alpnProtocol: context.alpnProtocol,
          encrypted: context.encrypted,
          serverName: context.serverName,
          remoteAddress: context.remoteAddress,
          clientPriority: context.clientPriority,
          serverPriority: context.serverPriority,
          onpriority: context.onpriority,
          autoContinue: context.autoContinue,
        };
        return new Response('');
      },
    });
    await server.exchange(get.replace('Host', 'Priority: u=5, i\r\nHost'));
    expect(seen).toEqual({
      isRequest: true,
      isSame: true,
      url: 'http://a/path',
      alpnProtocol: 'http/1.1',
      encrypted: false,
      serverName: null,
      remoteAddress: { address: '', port: 0, family: 'IPv4' },
      clientPriority: { urgency: 5, incremental: true },
      serverPriority: null,
      onpriority: null,
      autoContinue: true,
    });
  });

  it.each<[field: string, urgency: number, incremental: boolean]>([
    ['', 3, false],
    ['Priority: u=0\r\n', 0, false],
    ['Priority: i, u=7\r\n', 7, true],
    ['Priority: i=?0\r\n', 3, false],
    ['Priority: u=9, xi\r\n', 3, false],
  ])('clientPriority of %j', async (field, urgency, incremental) => {
    await using server = await start({ fetch: ({ clientPriority }) => Response.json(clientPriority) });
    const answer = await server.exchange(get.replace('Host', `${field}Host`));
    expect(answer.endsWith(JSON.stringify({ urgency, incremental }))).toBe(true);
  });

  it('sendInformational sends 103 before the response', async () => {
    await using server = await start({
      fetch: (context) => {
        context.sendInformational(103, { link: '</a.css>; rel=preload' });
        return new Response('done');
      },
    });
    expect(await server.exchange(get)).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 /i,
    );
  });

  it.each<[what: string, misuse: (context: ServerContext) => void, name: string]>([
    ['101', (context) => context.sendInformational(101), 'RangeError'],
    ['200', (context) => context.sendInformational(200), 'RangeError'],
    ['100 without Expect', (context) => context.sendInformational(100), 'InvalidStateError'],
    ['deny after 103', (context) => (context.sendInformational(103), context.deny()), 'InvalidStateError'],
    ['fall-through of an ordinary request', (context) => context.deny(fallThrough), 'InvalidStateError'],
  ])('%s throws', async (_what, misuse, name) => {
    await using server = await start({
      fetch: (context) => {
        try {
          misuse(context);
          return new Response('nothing thrown');
        } catch (error) {
          return new Response((error as Error).name);
        }
      },
    });
    expect((await server.exchange(get)).endsWith(name)).toBe(true);
  });

  it('deny over HTTP/1.1: 503, and the connection closes', async () => {
    await using server = await start({ fetch: (context) => context.deny() });
    const answer = await server.exchange(get.replace('Connection: close\r\n', ''));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*connection: close/i);
    expect(server.errors).toEqual([]);
  });

  it.each([
    [undefined, 7],
    ['ERR_HTTP_REQUEST_CANCELLED', 8],
    ['ERR_HTTP_INTERNAL_ERROR', 2],
    ['ERR_HTTP_CONNECT_ERROR', 10],
    ['ERR_OTHER', 7],
  ])('deny over HTTP/2 with the code %s resets the stream with %i', async (code, expected) => {
    await using server = await start({ fetch: (context) => context.deny(code && { code }) });
    const stream = server.session().request({ ':path': '/' });
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.rstCode).toBe(expected);
    expect(server.errors).toEqual([]);
  });

  it('deny with ERR_HTTP_GOAWAY ends the connection as well', async () => {
    await using server = await start({ fetch: (context) => context.deny({ code: 'ERR_HTTP_GOAWAY' }) });
    const session = server.session();
    session.request({ ':path': '/' }).on('error', () => {});
    await expect(once(session, 'goaway')).resolves.toBeDefined();
  });

  it('completed: fulfilled when the response was handed over, rejected when the client goes', async () => {
    const outcomes: unknown[] = [];
    const reached = deferred();
    await using server = await start({
      fetch: (context) => {
        const { completed } = context;
        completed.then(
          () => outcomes.push('completed'),
          (error: unknown) => outcomes.push(Reflect.get(error as object, 'code')),
        );
        outcomes.push(completed === context.completed);
        if (context.request.url.endsWith('/path')) return new Response('done');
        reached.resolve();
        return new Promise<never>(() => {});
      },
    });
    await server.exchange(get);
    expect(outcomes).toEqual([true, 'completed']);
    const client = server.connect();
    client.on('error', () => {});
    client.write(get.replace('/path', '/other'));
    await reached.promise;
    client.destroy(new Error('gone'));
    await until(() => outcomes.length === 4);
    expect(outcomes.slice(2)).toEqual([true, 'ERR_HTTP_CONNECTION_RESET']);
  });
});

describe('failures', () => {
  const failure = new Error('boom');
  const fail = (): never => {
    throw failure;
  };

  it.each<[what: string, parts: Parts, status: string, errors: readonly unknown[]]>([
    ['fetch throws', { fetch: fail }, '500', [failure]],
    ['fetch rejects', { fetch: () => Promise.reject(failure) }, '500', [failure]],
    ['fetch returns nothing', { fetch: () => undefined }, '500', [expect.any(TypeError)]],
    ['fetch returns no Response', { fetch: () => 'text' as never }, '500', [expect.any(TypeError)]],
    ['error answers', { fetch: fail, error: () => new Response('', { status: 418 }) }, '418', []],
    ['error denies', { fetch: fail, error: (context) => context.deny() }, '503', []],
    ['error returns nothing', { fetch: fail, error: () => undefined }, '500', [failure]],
    ['error throws', { fetch: () => Promise.reject(new Error('first')), error: fail }, '500', [failure]],
    [
      'a Response after deny',
      { fetch: (context) => (context.deny(), new Response('')), error: () => new Response('never') },
      '503',
      [expect.any(TypeError)],
    ],
  ])('%s', async (_what, parts, status, errors) => {
    await using server = await start(parts);
    expect(statusOf(await server.exchange(get))).toBe(status);
    expect(server.errors).toEqual(errors);
  });

  it.each<[what: string, parts: Parts, status: string]>([
    ['connect throws', { connect: fail }, '502'],
    ['connect returns nothing', { connect: () => undefined }, '502'],
    ['connect throws and error answers', { connect: fail, error: () => new Response('', { status: 403 }) }, '403'],
    ['connect returns a Response', { connect: () => new Response('', { status: 403 }) }, '403'],
    ['connect denies', { connect: (context) => context.deny() }, '503'],
    ['connect throws after the fall-through', { connect: (context) => (context.deny(fallThrough), fail()) }, '502'],
  ])('%s', async (_what, parts, status) => {
    await using server = await start(parts);
    const answer = await server.exchange(upgrade('tally').replace('Connection: upgrade', 'Connection: upgrade, close'));
    expect(statusOf(answer)).toBe(status);
  });
});

describe('a Response of connect that cannot be sent', () => {
  const used = async (): Promise<Response> => {
    const response = new Response('x');
    await response.text();
    return response;
  };

  it.each<[what: string, connect: NonNullable<Parts['connect']>, error: object]>([
    ['a network error', () => Response.error(), { code: 'APP_FETCH_RESPONSE_NETWORK_ERROR' }],
    ['a used body', used, { code: 'APP_FETCH_BODY_USED' }],
  ])('%s: 500', async (_what, connect, error) => {
    await using server = await start({ connect });
    const answer = await server.exchange(upgrade('tally').replace('Connection: upgrade', 'Connection: upgrade, close'));
    expect(statusOf(answer)).toBe('500');
    expect(server.errors).toMatchObject([error]);
  });

  it('a body that fails: the response does not end as if it were complete', async () => {
    const halfReceived = deferred();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('half')),
      pull: async () => {
        await halfReceived.promise;
        throw new Error('boom');
      },
    });
    await using server = await start({ connect: () => new Response(body) });
    const client = server.connect();
    let received = '';
    client.on('data', (bytes: Uint8Array) => (received += String(bytes)));
    client.write(upgrade('tally'));
    await until(() => received.endsWith('half\r\n'));
    halfReceived.resolve();
    await new Promise((resolve) => client.once('end', resolve).once('close', resolve));
    expect(received).toMatch(/half\r\n$/);
    expect(server.errors).toMatchObject([{ message: 'boom' }]);
  });
});

describe('connect', () => {
  it.each([
    ['no connect: an Upgrade is an ordinary request', {}, 'tally'],
    ['the fall-through leaves the request to fetch', { connect: (context) => context.deny(fallThrough) }, 'tally'],
    ['h2c is never an offer to the application', { connect: () => new Response('connected') }, 'h2c'],
  ] satisfies [string, Parts, string][])('%s', async (_what, parts, protocol) => {
    await using server = await start(parts);
    const request = upgrade(protocol).replace('Connection: upgrade', 'Connection: upgrade, close');
    expect(await server.exchange(request)).toMatch(/fetched$/);
  });

  it('CONNECT without connect: 501', async () => {
    await using server = await start({});
    const answer = await server.exchange('CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n');
    expect(statusOf(answer)).toBe('501');
  });

  const echo: Parts['connect'] = async (context) => {
    const tunnel = await context.accept({ headers: { 'x-tunnel': String(context.connectProtocol) } });
    await tunnel.readable.pipeTo(tunnel.writable);
    await tunnel.closed;
  };

  it.each([
    ['an Upgrade', upgrade('Tally'), /^HTTP\/1\.1 101 [^]*x-tunnel: tally/i],
    ['a CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n', /^HTTP\/1\.1 200 [^]*x-tunnel: null/i],
  ])('accept of %s opens a tunnel that echoes and ends', async (_what, request, head) => {
    await using server = await start({ connect: echo });
    const client = server.connect();
    let received = '';
    client.on('data', (bytes: Uint8Array) => (received += String(bytes)));
    client.write(request);
    await until(() => received.includes('\r\n\r\n'));
    expect(received).toMatch(head);
    client.end('hello');
    await once(client, 'end');
    expect(received).toMatch(/\r\n\r\nhello$/);
    expect(server.errors).toEqual([]);
  });

  it('accept of an extended CONNECT over HTTP/2', async () => {
    await using server = await start({ connect: echo });
    const session = server.session();
    await until(() => session.remoteSettings.enableConnectProtocol === true);
    const stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'tally',
      ':path': '/',
      ':scheme': 'http',
      ':authority': 'a',
    });
    const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect([head[':status'], head['x-tunnel']]).toEqual([200, 'tally']);
    stream.end('hello');
    let received = '';
    for await (const bytes of stream) received += String(bytes as Uint8Array);
    expect(received).toBe('hello');
  });

  it('a failure after accept cuts the tunnel off and is reported', async () => {
    await using server = await start({
      connect: async (context) => {
        await context.accept();
        throw new Error('boom');
      },
    });
    const client = server.connect();
    client.on('error', () => {});
    client.write(upgrade('tally'));
    client.resume();
    await new Promise((resolve) => client.once('close', resolve));
    expect(server.errors).toMatchObject([{ message: 'boom' }]);
  });

  it('a client that goes: closed rejects with a code', async () => {
    const outcome = deferred<unknown>();
    const opened = deferred();
    await using server = await start({
      connect: async (context) => {
        const tunnel = await context.accept();
        opened.resolve();
        tunnel.closed.catch(outcome.resolve);
      },
    });
    const client = server.connect();
    client.on('error', () => {});
    client.write(upgrade('tally'));
    await opened.promise;
    client.destroy(new Error('gone'));
    await expect(outcome.promise).resolves.toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it.each<[what: string, use: (context: Parameters<NonNullable<Parts['connect']>>[0]) => unknown, name: string]>([
    ['a second accept', async (context) => (await context.accept(), context.accept()), 'InvalidStateError'],
    ['deny after accept', async (context) => (await context.accept(), context.deny()), 'InvalidStateError'],
    ['a WebSocket for another protocol', (context) => context.upgradeWebSocket(), 'InvalidStateError'],
    ['WebTransport', (context) => context.upgradeWebTransport(), 'NotSupportedError'],
    ['capsules', async (context) => (await context.accept()).capsules(), 'NotSupportedError'],
    ['datagrams', async (context) => (await context.accept()).datagrams(), 'NotSupportedError'],
  ])('%s throws', async (_what, use, name) => {
    const thrown = deferred<unknown>();
    await using server = await start({
      connect: async (context) => {
        try {
          await use(context);
        } catch (error) {
          thrown.resolve(error);
          throw error;
        }
      },
    });
    server
      .connect()
      .on('error', () => {})
      .write(upgrade('tally'));
    await expect(thrown.promise).resolves.toMatchObject({ name });
  });

  it('upgradeWebSocket: an open WebSocket with the members of the platform', async () => {
    await using server = await start({
      connect: (context) => {
        const socket = context.upgradeWebSocket({ protocol: ['shout'] });
        const isOpen = socket.readyState === WebSocket.OPEN;
        socket.addEventListener('message', ({ data }) => socket.send(`${isOpen} ${String(data).toUpperCase()}`));
      },
    });
    const client = new WebSocket('ws://a/', ['shout'], { createConnection: () => server.connect() as never });
    await once(client, 'open');
    expect(client.protocol).toBe('shout');
    client.send('hello');
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(String(data)).toBe('true HELLO');
    client.close();
    await once(client, 'close');
    expect(server.errors).toEqual([]);
  });

  it('an invalid handshake is refused with its status, and is no error of the application', async () => {
    await using server = await start({ connect: (context) => void context.upgradeWebSocket() });
    const answer = await server.exchange(
      upgrade('websocket').replace('Connection: upgrade', 'Connection: upgrade, close'),
    );
    expect(statusOf(answer)).toMatch(/^4/);
    expect(server.errors).toEqual([]);
  });
});

describe.each([
  [
    'the draft',
    (work: Promise<unknown>) => ({
      [protocolMarker]: 1 as const,
      fetch: (context: ServerContext) => (context.waitUntil(work), new Response('sent')),
    }),
  ],
  [
    'a fetch function',
    (work: Promise<unknown>) => ({
      fetch: (_request: Request, context: { waitUntil(work: Promise<unknown>): void }) => (
        context.waitUntil(work),
        new Response('sent')
      ),
    }),
  ],
])('waitUntil of %s', (_what, handler) => {
  it('a host that stops waits for the work', async () => {
    const work = deferred<unknown>();
    await using server = await Hosted.start(handler(work.promise));
    expect(await server.exchange(get)).toMatch(/sent$/);
    let isStopped = false;
    const stopping = server.host.stop().then(() => (isStopped = true));
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    work.resolve(undefined);
    await stopping;
  });

  it('and not after the deadline of the stop', async () => {
    await using server = await Hosted.start(handler(new Promise(() => {})));
    await server.exchange(get);
    await expect(server.host.stop(AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('a rejection is logged once, and the response stays', async () => {
    const work = deferred<unknown>();
    await using server = await Hosted.start(handler(work.promise));
    expect(await server.exchange(get)).toMatch(/sent$/);
    work.reject(new Error('later'));
    await server.host.stop();
    expect(server.errors).toMatchObject([{ message: 'later' }]);
  });
});
