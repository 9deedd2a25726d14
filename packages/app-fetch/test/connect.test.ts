import { once } from 'node:events';
import { HttpProblem } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { fallThrough } from '../src/index.ts';
import { type Parts, start, statusOf, upgrade } from './handler-object.ts';

const fail = (): never => {
  throw new Error('boom');
};

describe('failures of connect', () => {
  it.each<[what: string, parts: Parts, status: string]>([
    ['connect throws', { connect: fail }, '502'],
    ['connect returns nothing', { connect: () => undefined }, '502'],
    ['connect throws a problem of the client', { connect: () => Promise.reject(new HttpProblem(404)) }, '404'],
    ['connect throws and error answers', { connect: fail, error: () => new Response('', { status: 403 }) }, '403'],
    ['connect returns a Response', { connect: () => new Response('', { status: 403 }) }, '403'],
    ['connect denies', { connect: (context) => context.deny() }, '503'],
    [
      'accept fails',
      { connect: async (context) => void (await context.accept({ headers: { 'content-length': '5' } })) },
      '502',
    ],
    [
      'accept fails and error answers',
      {
        connect: async (context) => void (await context.accept({ headers: { 'content-length': '5' } })),
        error: () => new Response('', { status: 403 }),
      },
      '403',
    ],
    [
      'accept with fields that are invalid',
      { connect: async (context) => void (await context.accept({ headers: { 'not a name': '' } })) },
      '502',
    ],
    ['connect throws after the fall-through', { connect: (context) => (context.deny(fallThrough), fail()) }, '502'],
  ])('%s', async (_what, parts, status) => {
    await using server = await start(parts);
    const answer = await server.exchange(upgrade('tally', 'upgrade, close'));
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
    const answer = await server.exchange(upgrade('tally', 'upgrade, close'));
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
    const request = upgrade(protocol, 'upgrade, close');
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
    const answer = await server.exchange(upgrade('websocket', 'upgrade, close'));
    expect(statusOf(answer)).toMatch(/^4/);
    expect(server.errors).toEqual([]);
  });
});
