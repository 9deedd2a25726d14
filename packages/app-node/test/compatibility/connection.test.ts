import type { Server, ServerResponse } from 'node:http';
import { describeCompatibility } from './compare.ts';
import { answers, get, head, post } from './requests.ts';
import type { Case } from './two-servers.ts';

const http10 = 'GET /a HTTP/1.0\r\n\r\n';
const kept10 = 'GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const length = { status: 'HTTP/1.1 200 OK', content: 'hello', trailers: [] };
const keptLength = (res: ServerResponse) =>
  res.writeHead(200, { Connection: 'keep-alive', 'Content-Length': 5 }).end('hello');

const oldFraming = 'HTTP/1.0';

const cases: Case[] = [
  {
    ...answers('HTTP/1.0', (res) => res.end('hello'), http10),
    differs: {
      row: oldFraming,
      here: { messages: [{ ...length, fields: ['connection: close', 'content-length: 5', 'date: …'] }] },
    },
  },
  answers('HTTP/1.0 with write', (res) => (res.write('a'), res.end('b')), http10),
  answers('HTTP/1.0 with write later', (res) => (res.write('a'), setImmediate(() => res.end('b'))), http10),
  answers('HTTP/1.0 with a length', (res) => (res.setHeader('Content-Length', 5), res.end('hello')), http10),
  answers(
    'HTTP/1.0 with keep-alive and a length',
    (res) => (res.setHeader('Content-Length', 5), res.end('hello')),
    kept10 + kept10,
  ),
  {
    ...answers('HTTP/1.0 with keep-alive and no length', (res) => res.end('hello'), kept10),
    differs: {
      row: oldFraming,
      here: { messages: [{ ...length, fields: ['connection: close', 'content-length: 5', 'date: …'] }] },
    },
  },
  answers('HTTP/1.0 with keep-alive and write', (res) => (res.write('a'), res.end('b')), kept10),
  answers('HTTP/1.0 HEAD', (res) => res.end('hello'), head.replace('1.1', '1.0')),
  answers('HTTP/1.0 without content', (res) => (res.writeHead(204), res.end()), http10),
  answers(
    'HTTP/1.0 as the handler sees it',
    (res, see) => {
      see(res.req.httpVersion, res.req.httpVersionMajor, res.req.httpVersionMinor, { ...res.req.headers });
      res.setHeader('Content-Length', 0).end();
    },
    http10,
  ),
  answers('Connection: close of the client', (res) => res.end('x'), last),
  answers('Connection: close of the client, with write', (res) => (res.write('x'), res.end('y')), last),
  answers('shouldKeepAlive as the handler sees it', (res, see) => (see(res.shouldKeepAlive), res.end('x')), get + last),
  answers(
    'shouldKeepAlive of HTTP/1.0',
    (res, see) => (see(res.shouldKeepAlive), res.setHeader('Content-Length', 0).end()),
    http10,
  ),
  answers('requests after Connection: close are not answered', (res) => res.end('x'), last + get),
  { name: 'pipelined', sent: get + get + post, handler: (req, res) => res.end(`${req.method} ${req.url}`) },
  {
    name: 'pipelined, answered later',
    sent: get + get,
    handler: (req, res) => setImmediate(() => res.end(String(req.url))),
  },
  {
    name: 'pipelined, answered in another order',
    sent: get + last,
    handler: (req, res) =>
      req.url === '/last' ? res.end('last') : setImmediate(() => setImmediate(() => res.end('first'))),
  },
  { name: 'pipelined with content', sent: post + post + get, handler: (req, res) => req.pipe(res) },
  { name: 'pipelined after HEAD', sent: head + head + get, handler: (req, res) => res.end(req.method) },
  {
    name: 'pipelined responses of many pieces',
    sent: get.repeat(5),
    handler: (_, res) => {
      for (let piece = 0; piece < 50; piece++) res.write(`${piece},`);
      res.end();
    },
  },
  { name: '50 pipelined requests', sent: get.repeat(50), handler: (req, res) => res.end(req.url) },
  {
    name: 'requests one after the other',
    sent: [get, { awaits: 'one' }, post, { awaits: 'two' }],
    handler: (req, res) => res.end(req.method === 'GET' ? 'one' : 'two'),
  },
  {
    name: 'events of pipelined requests',
    sent: get + get,
    handler: (_, res, see) => (see('started'), res.on('finish', () => see('finish')), setImmediate(() => res.end('x'))),
    differs: {
      row: 'pipelined requests',
      here: {
        seen: [['started'], ['finish'], ['started'], ['finish']],
      },
    },
  },
  { name: 'empty lines before a request', sent: `\r\n\r\n${get}`, handler: (_, res) => res.end('x') },
  {
    name: 'a client that ends its side after the request',
    sent: [get, { does: 'end' }],
    handler: (_, res) => res.end('x'),
  },
  {
    name: 'the socket stays for the next request',
    sent: [get, { awaits: 'first' }, get],
    handler: (req, res) => {
      const socket = req.socket as never as { seen?: true };
      res.end(socket.seen === true ? 'second' : 'first');
      socket.seen = true;
    },
  },
  {
    ...answers('keepAliveTimeout of 0', (res) => res.end('x'), get + last),
    options: { keepAliveTimeout: 0 },
  },
  {
    ...answers('keepAliveTimeout of a fraction of a second', (res) => res.end('x'), get + last),
    options: { keepAliveTimeout: 1999 },
  },
  {
    ...answers('keepAliveTimeout below a second', (res) => res.end('x')),
    options: { keepAliveTimeout: 999 },
  },
  {
    ...answers('keepAliveTimeout as a property', (res) => res.end('x')),
    prepare: (server) => void (server.keepAliveTimeout = 9000),
  },
  ...[null, 0, 2, 3].map((most) => ({
    ...answers(`maxRequestsPerSocket of ${most}, two requests`, (res) => res.end('x'), get + get),
    prepare: (server: Server) => void (server.maxRequestsPerSocket = most),
  })),
  {
    ...answers(
      'maxRequestsPerSocket and Connection: keep-alive of the handler',
      (res) => (res.setHeader('Connection', 'keep-alive'), res.setHeader('Keep-Alive', 'timeout=1'), res.end('x')),
      get + get,
    ),
    responses: 1,
    prepare: (server) => void (server.maxRequestsPerSocket = 1),
    differs: {
      row: '`maxRequestsPerSocket`, `dropRequest`',
      here: { messages: [{ ...length, content: 'x', fields: ['connection: close', 'content-length: 1', 'date: …'] }] },
    },
  },
  ...Object.entries({ http10, kept10, chunked10: kept10.replace('\r\n\r\n', '\r\nTE: chunked\r\n\r\n') }).flatMap(
    ([name, sent]) => [
      answers(`${name}, no content`, (res) => (res.writeHead(304), res.end()), sent),
      answers(
        `${name}, Connection: close of the handler`,
        (res) => (res.writeHead(200, { Connection: 'close', 'Content-Length': 1 }), res.end('x')),
        sent,
      ),
    ],
  ),
  answers('HTTP/1.0 with keep-alive of the client and the handler', (res) => keptLength(res), kept10 + kept10),
  ...[
    ['HTTP/1.0, and keep-alive of the handler', (res: ServerResponse) => keptLength(res), http10, 'connection: close'],
    [
      'HTTP/1.0 with keep-alive, and removeHeader of Connection',
      (res: ServerResponse) => (
        res.removeHeader('Connection'),
        res.writeHead(200, { 'Content-Length': 5 }),
        res.end('hello')
      ),
      kept10,
      'connection: keep-alive',
    ],
  ].map(([name, handle, sent, field]) => ({
    ...answers(name as string, handle as (res: ServerResponse) => unknown, sent as string),
    differs: {
      row: oldFraming,
      here: { messages: [{ ...length, fields: [field as string, 'content-length: 5', 'date: …'] }] },
    },
  })),
  {
    name: 'maxRequestsPerSocket',
    sent: get + get,
    handler: (_, res) => res.end('x'),
    responses: 1,
    prepare: (server) => void (server.maxRequestsPerSocket = 1),
    differs: {
      row: '`maxRequestsPerSocket`, `dropRequest`',
      here: { messages: [{ ...length, content: 'x', fields: ['connection: close', 'content-length: 1', 'date: …'] }] },
    },
  },
];

describeCompatibility('the connection', cases);
