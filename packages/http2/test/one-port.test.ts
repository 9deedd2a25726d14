import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everySplit } from './support/every-split.ts';
import { frames } from './support/frames.ts';
import { TestServer, answerTo } from './support/test-server.ts';

/** Reads until the text has arrived, or the end. */
const untilReceived = async (socket: Socket, text: string): Promise<string> => {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => (received += piece));
  while (!received.includes(text) && !socket.readableEnded)
    await Promise.race([once(socket, 'data'), once(socket, 'end')]);
  return received;
};

describe('HTTP/2 and HTTP/1.1 on one port without TLS', () => {
  let test: TestServer;
  beforeEach(async () => {
    test = await TestServer.start('tcp', ({ request, response }) => response.send(`by ${request.protocol}`));
  });
  afterEach(() => test[Symbol.asyncDispose]());

  it('the connection preface is recognized however it is cut', async () => {
    const opening = frames('PREFACE\nSETTINGS\nHEADERS END_HEADERS,END_STREAM 1: GET');
    const preface = opening.subarray(0, 30);
    for (const pieces of everySplit(preface)) {
      const socket = test.socket();
      await once(socket, 'connect');
      socket.setNoDelay(true);
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.write(opening.subarray(30));
      expect(await untilReceived(socket, 'by HTTP/2')).toContain('by HTTP/2');
      socket.destroy();
    }
  });

  it('HTTP/1.1 is spoken to everyone else', async () => {
    expect(await (await fetch(test.address, { headers: { connection: 'close' } })).text()).toBe('by HTTP/1.1');
  });

  it('Upgrade: h2c is ignored', async () => {
    const socket = test.socket();
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n',
    );
    expect(await untilReceived(socket, 'by HTTP/1.1')).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('the preface after a request of HTTP/1.1 is refused', async () => {
    const socket = test.socket();
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
    expect(await untilReceived(socket, '505')).toMatch(/by HTTP\/1\.1HTTP\/1\.1 505 /);
  });

  it('bytes that only begin like the preface: HTTP/1.1 refuses them', async () => {
    const socket = test.socket();
    socket.write('PRI * HTTP/2.1\r\n\r\n');
    expect(await untilReceived(socket, '505')).toMatch(/^HTTP\/1\.1 505 /);
  });
});

describe('the protocols of an endpoint', () => {
  it('http/1.1 alone: the preface is refused', async () => {
    await using test = await TestServer.start('tcp', ({ response }) => response.send(''), { protocols: ['http/1.1'] });
    const socket = test.socket();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    expect(await untilReceived(socket, '505')).toMatch(/^HTTP\/1\.1 505 /);
  });

  it('h2 alone: HTTP/1.1 is answered 400', async () => {
    await using test = await TestServer.start('tcp', ({ response }) => response.send('by 2'), { protocols: ['h2'] });
    const socket = test.socket();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await untilReceived(socket, 'only')).toMatch(/^HTTP\/1\.1 400 /);
    const session = test.connect();
    expect((await answerTo(session, {})).content).toBe('by 2');
    session.destroy();
  });

  it.each([
    [['h2', 'http/1.1'], undefined, 'h2'],
    [['http/1.1', 'h2'], undefined, 'h2'],
    [['http/1.1'], undefined, 'http/1.1'],
    [['http/1.0'], undefined, 'http/1.0'],
    [['h2', 'http/1.1'], ['http/1.1'], 'http/1.1'],
    [['h2', 'http/1.1'], ['h2'], 'h2'],
  ])('over TLS, ALPN of a client that offers %j to an endpoint with %j: %s', async (offered, protocols, agreed) => {
    await using test = await TestServer.start('tls', ({ response }) => response.send(''), protocols && { protocols });
    const socket = test.socket(offered);
    await once(socket, 'secureConnect');
    expect((socket as unknown as { alpnProtocol: string }).alpnProtocol).toBe(agreed);
    socket.destroy();
  });

  it('over TLS without ALPN: HTTP/1.1', async () => {
    await using test = await TestServer.start('tls', ({ request, response }) =>
      response.send(`by ${request.protocol}`),
    );
    const socket = test.socket([]);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await untilReceived(socket, 'by HTTP/1.1')).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});
