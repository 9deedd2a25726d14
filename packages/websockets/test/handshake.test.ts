import { afterEach, describe, expect, it } from 'vitest';
import { HttpProblem } from '@windhover/http';
import { until } from '../../../tools/test-support/until.ts';
import { accepting, echo, serve, stopServers } from './support/server.ts';
import { Opcode, frame, handshake } from './support/raw-web-socket.ts';

afterEach(stopServers);

const answerTo = async (
  fields: Record<string, string | null>,
  { requestLine, options }: { requestLine?: string; options?: Parameters<typeof serve>[1] } = {},
) => {
  const client = await (await serve(echo, options)).raw();
  const status = await client.upgrade(fields, requestLine);
  return { client, status };
};

describe('RFC 6455 4.2.2 a valid handshake', () => {
  it('101 with the accept value of the example in section 1.3', async () => {
    const { client, status } = await answerTo({});
    expect(status).toBe(101);
    expect(client.field('sec-websocket-accept')).toEqual(['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=']);
    expect(client.field('upgrade')).toEqual(['websocket']);
    expect(client.field('connection')).toEqual(['Upgrade']);
    expect(client.field('sec-websocket-protocol')).toEqual([]);
    expect(client.field('sec-websocket-extensions')).toEqual([]);
  });

  it.each([
    ['names without case', { Connection: 'keep-alive, UPGRADE', Upgrade: 'WebSocket' }],
    ['one of several protocols', { Upgrade: 'h2c, websocket' }],
    ['a content of length 0', { 'Content-Length': '0' }],
  ])('101: %s', async (_name, fields) => {
    expect((await answerTo(fields)).status).toBe(101);
  });

  it('fields of the response are sent with the 101', async () => {
    const { handler } = accepting();
    const server = await serve(async (context) => {
      context.response.headers.append('Set-Cookie', 'a=1');
      context.response.headers.append('Set-Cookie', 'b=2');
      await handler(context);
    });
    const client = await server.raw();
    await client.upgrade();
    expect(client.field('set-cookie')).toEqual(['a=1', 'b=2']);
  });

  it('frames that follow the request directly are not lost when the handler adds its listener some promises later', async () => {
    const server = await serve(async ({ webSockets }) => {
      const socket = await webSockets.accept();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      socket.on('message', (data) => socket.send(data));
    });
    const client = await server.raw();
    client.send(Buffer.concat([Buffer.from(handshake()), frame({ payload: 'early' })]));
    expect(String((await client.frame(0))?.payload)).toBe('early');
  });
});

describe('an invalid handshake is refused before the upgrade', () => {
  it.each([
    ['another method: 405', 405, {}, { requestLine: 'POST / HTTP/1.1' }],
    ['no Upgrade: 426', 426, { Upgrade: null }, {}],
    ['another protocol: 426', 426, { Upgrade: 'h2c' }, {}],
    ['Connection without upgrade: 400', 400, { Connection: 'keep-alive' }, {}],
    ['HTTP/1.0: 400', 400, {}, { requestLine: 'GET / HTTP/1.0' }],
    ['content: 400', 400, { 'Content-Length': '1' }, {}],
    ['no version: 426', 426, { 'Sec-WebSocket-Version': null }, {}],
    ['version 8: 426', 426, { 'Sec-WebSocket-Version': '8' }, {}],
    ['a list of versions: 426', 426, { 'Sec-WebSocket-Version': '13, 8' }, {}],
    ['no key: 400', 400, { 'Sec-WebSocket-Key': null }, {}],
    ['a key of 15 bytes: 400', 400, { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }, {}],
    ['a key of 17 bytes: 400', 400, { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAAA=' }, {}],
    ['a key with bits after its 16 bytes: 400', 400, { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAB==' }, {}],
    ['a key that is no base64: 400', 400, { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }, {}],
    ['two keys: 400', 400, { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' }, {}],
    ['an empty subprotocol: 400', 400, { 'Sec-WebSocket-Protocol': '' }, {}],
    ['an empty member: 400', 400, { 'Sec-WebSocket-Protocol': 'a,,b' }, {}],
    ['a subprotocol that is no token: 400', 400, { 'Sec-WebSocket-Protocol': 'a b' }, {}],
    ['a subprotocol twice: 400', 400, { 'Sec-WebSocket-Protocol': 'a, a' }, {}],
  ] as const)('%s', async (_name, expected, fields, how) => {
    const { client, status } = await answerTo(fields, how);
    expect(status).toBe(expected);
    expect(client.field('sec-websocket-accept')).toEqual([]);
  });

  it('426 names the supported version and the protocol', async () => {
    const { client } = await answerTo({ 'Sec-WebSocket-Version': '25' });
    expect(client.field('sec-websocket-version')).toEqual(['13']);
    expect(client.field('upgrade')).toEqual(['websocket']);
    expect(client.field('connection')).toEqual(['Upgrade']);
  });

  it('405 names the method', async () => {
    expect((await answerTo({}, { requestLine: 'PUT / HTTP/1.1' })).client.field('allow')).toEqual(['GET']);
  });

  it('the connection stays open after a refusal', async () => {
    const { client } = await answerTo({ 'Sec-WebSocket-Version': '8' });
    client.head = '';
    expect(await client.upgrade()).toBe(101);
  });

  it('malformed extensions: 400 with deflate', async () => {
    const fields = { 'Sec-WebSocket-Extensions': 'permessage-deflate; =' };
    expect((await answerTo(fields, { options: { deflate: true } })).status).toBe(400);
  });

  it('a handler that catches the error can answer in its own way', async () => {
    const server = await serve(async ({ webSockets, response }) => {
      await webSockets.accept().catch((error: Error & { code: string }) => response.send(error.code));
    });
    const client = await server.raw();
    expect(await client.upgrade({ 'Sec-WebSocket-Key': 'no' })).toBe(400);
    expect(client.field('content-length')).toEqual([String('WEBSOCKET_KEY_INVALID'.length)]);
    expect(server.errors).toEqual([]);
  });

  it.each([
    ['an error that is not about WebSockets: 500', 500, new Error('broken')],
    ['an error with a status: that status', 404, new HttpProblem(404, 'no such thing')],
  ])('a request for no WebSocket, %s', async (_title, expected, error) => {
    const server = await serve(() => {
      throw error;
    });
    const client = await server.raw();
    expect(await client.upgrade({ Upgrade: null, Connection: null })).toBe(expected);
    expect(server.errors).toEqual(expected === 500 ? [error] : []);
  });

  it('a request for no WebSocket, accepted after the head was sent: the response is cut off', async () => {
    const server = await serve(async ({ webSockets, response }) => {
      response.headers.set('content-length', 5);
      await response.write('ab');
      await webSockets.accept();
    });
    const client = await server.raw();
    expect(await client.upgrade({ Upgrade: null, Connection: null })).toBe(200);
    await until(() => server.errors.length === 1);
    expect(server.errors).toMatchObject([{ code: 'HTTP_WEB_SOCKET_NOT_POSSIBLE' }]);
  });

  it('a handler that does not accept answers as for any request', async () => {
    const server = await serve(({ webSockets, response }) => response.send(String(webSockets.isRequest)));
    const client = await server.raw();
    expect(await client.upgrade()).toBe(200);
  });
});

describe('RFC 6455 10.2 origins', () => {
  const origins = ['https://example.com', 'http://localhost:3000'];

  it.each([
    ['one of the list', 'https://example.com', 101],
    ['one of the list in capitals', 'HTTPS://Example.COM', 101],
    ['with a port of the list', 'http://localhost:3000', 101],
    ['another scheme', 'http://example.com', 403],
    ['another port', 'https://example.com:8443', 403],
    ['a longer name', 'https://example.com.evil.test', 403],
    ['a subdomain', 'https://a.example.com', 403],
    ['an opaque origin', 'null', 403],
    ['none: it comes from no page', null, 101],
  ])('%s', async (_name, origin, expected) => {
    expect((await answerTo({ Origin: origin }, { options: { origins } })).status).toBe(expected);
  });

  it('an origin of the option is compared in the form that browsers send', async () => {
    const options = { origins: ['HTTPS://Example.com:443'] };
    expect((await answerTo({ Origin: 'https://example.com' }, { options })).status).toBe(101);
  });

  it('without a list every origin may connect', async () => {
    expect((await answerTo({ Origin: 'https://anywhere.test' })).status).toBe(101);
  });
});

describe('RFC 6455 1.9 subprotocols', () => {
  const offers = { 'Sec-WebSocket-Protocol': 'chat.v1, chat.v2,superchat' };

  it.each([
    ['the first of ours that the client offers', ['soap', 'chat.v2', 'chat.v1'], ['chat.v2']],
    ['none in common: none is named, and the client decides', ['soap'], []],
    ['names are compared with case', ['CHAT.V1'], []],
    ['none of ours', [], []],
  ])('%s', async (_name, protocols, expected) => {
    const { client, status } = await answerTo(offers, { options: { protocols } });
    expect(status).toBe(101);
    expect(client.field('sec-websocket-protocol')).toEqual(expected);
  });

  it('a handler chooses the subprotocol', async () => {
    const chosen: string[] = [];
    const server = await serve(async ({ webSockets }) => {
      chosen.push((await webSockets.accept({ protocol: 'superchat' })).protocol);
    });
    const client = await server.raw();
    await client.upgrade(offers);
    expect(client.field('sec-websocket-protocol')).toEqual(['superchat']);
    expect(chosen).toEqual(['superchat']);
  });

  it('accepting a subprotocol that was not offered: 500, and the error is reported', async () => {
    const server = await serve(async ({ webSockets }) => void (await webSockets.accept({ protocol: 'soap' })));
    const client = await server.raw();
    expect(await client.upgrade(offers)).toBe(500);
    expect(server.errors).toMatchObject([{ code: 'WEBSOCKET_PROTOCOL_NOT_OFFERED' }]);
  });
});

describe('RFC 7692 permessage-deflate', () => {
  const offers = { 'Sec-WebSocket-Extensions': 'x-other, permessage-deflate; client_max_window_bits' };

  it('is off by default', async () => {
    const { client, status } = await answerTo(offers);
    expect(status).toBe(101);
    expect(client.field('sec-websocket-extensions')).toEqual([]);
  });

  it('is on without context takeover when the option is true', async () => {
    const { client } = await answerTo(offers, { options: { deflate: true } });
    expect(client.field('sec-websocket-extensions')).toEqual([
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    ]);
  });

  it('contextTakeover and serverMaxWindowBits are negotiated', async () => {
    const deflate = { contextTakeover: true, serverMaxWindowBits: 10 };
    const { client } = await answerTo(offers, { options: { deflate } });
    expect(client.field('sec-websocket-extensions')).toEqual(['permessage-deflate; server_max_window_bits=10']);
  });

  it('messages from the threshold on are compressed, smaller ones are not', async () => {
    const server = await serve(echo, { deflate: { threshold: 100 } });
    const client = await server.open('/', [], { perMessageDeflate: { threshold: 100 } });
    const sizes: number[] = [];
    for (const text of ['b'.repeat(99), 'a'.repeat(50_000)]) {
      const before = (client as unknown as { _socket: { bytesRead: number } })._socket.bytesRead;
      client.send(text);
      expect(String(await new Promise((resolve) => client.once('message', resolve)))).toBe(text);
      sizes.push((client as unknown as { _socket: { bytesRead: number } })._socket.bytesRead - before);
    }
    expect(sizes[0]).toBe(101);
    expect(sizes[1]).toBeLessThan(500);
  });
});

describe('maxConcurrentUpgradedConnections', () => {
  it('a WebSocket above the limit: 503, and accepted again after another has closed', async () => {
    const server = await serve(echo, {}, { limits: { maxConcurrentUpgradedConnections: 1 } });
    const first = await server.raw();
    expect(await first.upgrade()).toBe(101);
    const second = await server.raw();
    expect(await second.upgrade()).toBe(503);
    expect(second.field('sec-websocket-accept')).toEqual([]);
    expect(server.errors).toEqual([]);
    first.send(frame({ opcode: Opcode.close }));
    await first.when(() => first.hasEnded);
    first.stream.end();
    await until(() => server.server.upgradedConnectionCount === 0);
    second.head = '';
    expect(await second.upgrade()).toBe(101);
  });
});
