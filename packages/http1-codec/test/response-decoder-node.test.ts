import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type RequestHeadInit, encodeChunk, encodeLastChunk, encodeRequestHead } from '../src/index.ts';
import { transcript } from './support/responses.ts';

const servers: { close(): unknown }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server of Node's, and a connection to it. */
const connected = async (listener: RequestListener): Promise<Socket> => {
  const server = createServer(listener);
  server.on('upgrade', (_request, socket: Socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nraw');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  servers.push({ close: () => socket.destroy() }, server);
  return socket;
};

/** All that comes back until the server ends. */
const answers = async (socket: Socket): Promise<Uint8Array[]> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of socket) pieces.push(piece as Uint8Array);
  return pieces;
};

const head = (method: string, target: string, init: Partial<RequestHeadInit> = {}): string =>
  encodeRequestHead({ method, target, headers: [['Host', 'localhost']], ...init }).text;

/** Asks for the end of the connection. */
const last: Partial<RequestHeadInit> = {
  headers: [
    ['Host', 'localhost'],
    ['Connection', 'close'],
  ],
};

const listener: RequestListener = (request, response) => {
  switch (request.url) {
    case '/length':
      return void response.end('hello');
    case '/hints':
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      return void response.end('hinted');
    case '/chunked':
      response.write('one ');
      response.write('two');
      response.addTrailers({ 'x-sum': '7' });
      return void response.end();
    case '/nothing':
      response.statusCode = 204;
      return void response.end();
    case '/echo':
      response.writeHead(200, { 'x-trailers': 'none' });
      request.on('data', (piece: Uint8Array) => response.write(piece));
      return void request.on('end', () => response.end(`|${JSON.stringify(request.trailers)}`));
    default:
      response.statusCode = 404;
      return void response.end();
  }
};

describe('a server of node:http', () => {
  it('understands what the encoder writes, and is understood, ten requests in a row', async () => {
    const socket = await connected(listener);
    socket.write(
      [
        head('GET', '/length'),
        head('HEAD', '/length'),
        head('GET', '/hints'),
        head('GET', '/chunked'),
        head('HEAD', '/chunked'),
        head('DELETE', '/nothing'),
        `${head('POST', '/echo', { content: 4 })}body`,
        head('POST', '/echo', { content: 'chunked' }),
        encodeChunk('some '),
        encodeChunk('chunks'),
        encodeLastChunk([['x-trailer', 'yes']]),
        head('OPTIONS', '*'),
        head('GET', '/length', last),
      ].join(''),
      'latin1',
    );
    const requests = ['GET', 'HEAD', 'GET', 'GET', 'HEAD', 'DELETE', 'POST', 'POST', 'OPTIONS', 'GET'];
    expect(transcript(await answers(socket), { requests, ends: true })).toEqual(
      [
        ['head 200 OK', 'content hello', 'end'],
        ['head 200 OK', 'end'],
        ['1xx 103 Early Hints', 'head 200 OK', 'content hinted', 'end'],
        ['head 200 OK', 'content one two', 'trailer x-sum: 7', 'end'],
        ['head 200 OK', 'end'],
        ['head 204 No Content', 'end'],
        ['head 200 OK', 'content body|{}', 'end'],
        ['head 200 OK', 'content some chunks|{"x-trailer":"yes"}', 'end'],
        ['head 404 Not Found', 'end'],
        ['head 200 OK', 'content hello', 'end'],
      ].flat(),
    );
  });

  it('answers HTTP/1.0 until it closes', async () => {
    const socket = await connected(listener);
    socket.write(head('GET', '/chunked', { version: 'HTTP/1.0' }), 'latin1');
    expect(transcript(await answers(socket), { ends: true })).toEqual(['head 200 OK', 'content one two', 'end']);
  });

  it('switches to the protocol that was offered', async () => {
    const socket = await connected(listener);
    const offer: [string, string][] = [
      ['Host', 'localhost'],
      ['Connection', 'upgrade'],
      ['Upgrade', 'echo'],
    ];
    socket.write(head('GET', '/', { headers: offer }), 'latin1');
    expect(transcript(await answers(socket), { requests: ['GET+'] })).toEqual([
      'head 101 Switching Protocols',
      'switched raw',
    ]);
  });
});
