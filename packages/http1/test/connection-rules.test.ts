import { duplexPair } from 'node:stream';
import { type Connection, fromDuplex, takeStream } from '@windhover/connections';
import { HttpUpgradeFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, post, serve, settled } from './support/exchange-harness.ts';

describe('data rates', () => {
  const minRequestBodyDataRate = { bytesPerSecond: 100, gracePeriod: 5000 };

  it('the content of a second request: has a grace period of its own', async () => {
    const lengths: number[] = [];
    const harness = serve(
      async ({ request, response }) => {
        lengths.push((await request.bytes()).length);
        response.send('ok');
      },
      { limits: { minRequestBodyDataRate } },
    );
    const content = 'x'.repeat(10);
    harness.receive(post(content).slice(0, -1));
    await settled();
    harness.seconds(4);
    harness.receive('x');
    await settled();
    harness.seconds(30);
    harness.receive(post(content).slice(0, -1));
    await settled();
    harness.seconds(4);
    harness.receive('x');
    await settled();
    expect(lengths).toEqual([10, 10]);
    expect(harness.badRequests).toEqual([]);
  });

  it('minResponseDataRate null: a peer that takes nothing stays, and may wait for ever', async () => {
    const harness = serve(({ response }) => response.send('x'), { limits: { minResponseDataRate: null } });
    harness.connection.takesMore = false;
    harness.receive(get());
    harness.seconds(120);
    expect([harness.connection.isAborted, harness.connection.isDisposed]).toEqual([false, false]);
  });

  it('without a heartbeat: a peer that takes nothing stays', () => {
    const harness = serve(({ response }) => response.send('x'), { heartbeat: false });
    harness.connection.takesMore = false;
    harness.receive(get());
    expect(harness.sent()).toMatch('200 OK');
  });
});

describe('RFC 9112 3.2.2 absolute form', () => {
  it.each([
    ['without Host, in HTTP/1.0', 'GET http://b:81/x HTTP/1.0\r\n\r\n', 'b:81'],
    ['with the same Host', 'GET http://b:81/x HTTP/1.1\r\nHost: b:81\r\n\r\n', 'b:81'],
    ['without Host, in origin form', 'GET /x HTTP/1.0\r\n\r\n', ''],
  ])('%s: the Host is the authority of the target', (_name, request, host) => {
    const harness = serve((context) => context.response.json([context.request.host, context.request.path]));
    harness.receive(request);
    expect(harness.sent()).toContain(JSON.stringify([host, '/x']));
  });
});

describe('pipelined requests', () => {
  it('an answer before a handler that waits, with another request behind: is sent', async () => {
    const harness = serve(({ request, response }) =>
      request.path === '/waits' ? new Promise(() => {}) : response.send('first'),
    );
    harness.receive(get('/') + get('/waits') + get('/'));
    await settled();
    expect(harness.sent()).toMatch(/first$/);
  });
});

describe('content that the application has left unread', () => {
  it('the peer ends its side before the rest has come: the connection ends at once', () => {
    const harness = serve(({ response }) => response.send('early'));
    harness.receive(post('x'.repeat(100)).slice(0, -50));
    expect(harness.sent()).toMatch(/early$/);
    expect(harness.connection.hasEnded).toBe(false);
    harness.connection.receiver.ended();
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.badRequests).toEqual([]);
  });
});

describe('a connection that has closed', () => {
  it.each([
    ['idle', ''],
    ['in the middle of a head', 'GET / HTTP/1.1\r\nHo'],
    ['in the middle of content that the handler waits for', post('x'.repeat(100)).slice(0, -50)],
  ])('%s: no timeout and no data rate is checked any more', async (_state, received) => {
    const harness = serve(({ request }) => request.text().then(() => undefined));
    harness.receive(received);
    harness.connection.close();
    await settled();
    harness.seconds(300);
    expect(harness.sent()).toBe('');
    expect(harness.badRequests).toEqual([]);
    expect(harness.applicationErrors).toEqual([]);
    expect(harness.connection.hasEnded).toBe(false);
  });
});

describe('a server that stops while a client still sends content that was left unread', () => {
  it('the connection ends a second after the content, and not at the limit of the drain time', () => {
    const harness = serve(({ response }) => response.send('early'), { limits: { requestDrainTimeout: 60_000 } });
    const request = post('x'.repeat(100));
    harness.receive(request.slice(0, -50));
    harness.requestClose();
    harness.receive(request.slice(-50));
    expect(harness.connection.hasEnded).toBe(false);
    harness.seconds(3);
    expect(harness.connection.hasEnded).toBe(true);
  });
});

describe('request header fields', () => {
  it('has: whether a field is there, in any case of letters, before and after a change', () => {
    const seen: boolean[] = [];
    const harness = serve(({ request, response }) => {
      const { headers } = request;
      seen.push(headers.has('X-A'), headers.has('x-a'), headers.has('X-B'));
      headers.set('X-B', '1');
      headers.delete('X-A');
      seen.push(headers.has('X-A'), headers.has('x-b'));
      response.send('ok');
    });
    harness.receive(get('/', 'x-A: 1\r\n'));
    expect(seen).toEqual([true, true, false, false, true]);
  });
});

describe('an upgraded connection', () => {
  it('whose stream is taken in time: is not disposed of, and nothing is reported', async () => {
    const [inner, peer] = duplexPair();
    const below = fromDuplex(inner);
    const upgraded: Connection[] = [];
    const harness = serve((context) => {
      upgraded.push(context.features.require(HttpUpgradeFeature).upgrade('echo'));
    });
    // The connection of the harness has no stream.
    Object.assign(harness.connection, { takeStream: () => takeStream(below) });
    harness.receive(get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n'));
    expect(takeStream(upgraded[0]!)).toBeDefined();
    harness.seconds(120);
    await settled();
    expect(harness.connection.isDisposed).toBe(false);
    expect(harness.applicationErrors).toEqual([]);
    peer.destroy();
  });
});
