import type { ServerResponse } from 'node:http';
import { describeCompatibility } from './compare.ts';
import { get, post, refusal, requestEvents, responseEvents, watch } from './requests.ts';
import type { Case, Observed } from './two-servers.ts';

const long = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello';

const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';

const watched =
  (then: Observed = () => {}): Observed =>
  (req, res, see) => {
    watch(req, 'request', see, requestEvents);
    watch(res, 'response', see, responseEvents);
    see('started');
    return then(req, res, see);
  };

const gone = (sent: string, does: 'end' | 'reset' = 'reset') => [sent, { awaitsSeen: 'started' }, { does }] as const;

const cases: Case[] = [
  { name: 'a client that resets before the answer', sent: gone(get), handler: watched() },
  {
    name: 'a client that resets while it is answered',
    sent: [get, { awaits: 'abc' }, { does: 'reset' }],
    handler: watched((_, res) => res.write('abc')),
  },
  { name: 'a client that resets while it sends content', sent: gone(long), handler: watched((req) => req.resume()) },
  { name: 'a client that resets while it sends content that is not read', sent: gone(long), handler: watched() },
  {
    name: 'a client that resets and no error listener',
    sent: gone(long),
    handler: (req, res, see) => {
      watch(req, 'request', see, ['aborted', 'end', 'close']);
      watch(res, 'response', see, ['finish', 'close']);
      see('started');
      req.resume();
    },
  },
  {
    name: 'a client that ends while it sends content',
    differs: refusal,
    sent: gone(long, 'end'),
    handler: watched((req) => req.resume()),
    responses: 0,
  },
  {
    name: 'a client that ends while it waits',
    sent: gone(get, 'end'),
    handler: watched(),
    responses: 0,
  },
  {
    name: 'a client that ends while it sends content that is not read',
    differs: refusal,
    sent: gone(long, 'end'),
    handler: watched(),
    responses: 0,
  },
  {
    name: 'malformed content',
    differs: refusal,
    sent: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n',
    responses: 1,
    handler: watched((req) => req.resume()),
  },
  ...Object.entries<Observed>({
    'that is not read': () => {},
    'that is read later': (req, _, see) => void req.once('aborted', () => see('read', req.resume() === req)),
    'after content that is read and a pause': (req) => void req.once('data', () => req.pause()),
  }).map(([name, then]) => ({
    name: `malformed content ${name}`,
    differs: refusal,
    sent: [chunked, { awaitsSeen: 'started' }, 'x\r\n'],
    responses: 1,
    handler: watched(then),
  })),
  {
    name: 'malformed content that is not read, after the head of the response',
    sent: [chunked, { awaits: 'abc' }, 'x\r\n'],
    responses: 1,
    handler: watched((_, res) => res.write('abc')),
  },
  {
    name: 'malformed content after the response',
    sent: [chunked, { awaits: 'abc' }, 'x\r\n'],
    responses: 2,
    handler: watched((_, res) => res.end('abc')),
    differs: {
      row: 'malformed or incomplete content that is received after the response',
      here: {
        seen: [
          ['started'],
          ['response prefinish'],
          ['response finish'],
          ['response close'],
          ['request aborted'],
          ['request error', { code: 'ECONNRESET', name: 'Error' }],
          ['request close'],
        ],
      },
    },
  },
  {
    name: 'a client that ends while it waits, with content that is not read',
    sent: gone(post, 'end'),
    responses: 0,
    handler: watched((req, _, see) => void req.on('close', () => see(req.complete, req.destroyed, req.aborted))),
  },
  {
    name: 'states of a client that ends while it is answered',
    sent: [get, { awaits: 'abc' }, { does: 'end' }],
    responses: 0,
    handler: watched((req, res, see) => {
      res.write('abc');
      res.on('close', () => see(req.destroyed, req.aborted, req.complete, res.destroyed, res.writableEnded));
    }),
  },
  {
    name: 'malformed content after the head',
    sent: [chunked, { awaits: 'abc' }, 'x\r\n'],
    responses: 1,
    handler: watched((req, res) => (req.resume(), res.write('abc'))),
  },
  {
    name: 'for await and a client that resets',
    sent: gone(long),
    handler: watched(async (req, _, see) => {
      try {
        for await (const piece of req) see(String(piece));
      } catch (error) {
        see('caught', error);
      }
    }),
  },
  {
    name: 'states after a reset',
    sent: gone(get),
    handler: (req, res, see) => {
      see('started');
      res.on('close', () =>
        see(
          req.aborted,
          req.destroyed,
          res.destroyed,
          res.writableEnded,
          res.writableFinished,
          res.headersSent,
          req.socket.destroyed,
        ),
      );
    },
  },
  {
    name: 'write after a reset',
    sent: gone(get),
    handler: (_, res, see) => {
      see('started');
      res.on('error', (error) => see('error', error));
      res.on('close', () => {
        see(res.write('x', (error) => see('callback', error)));
        res.end();
      });
    },
  },
  {
    name: 'end after a reset',
    sent: gone(get),
    handler: (_, res, see) => {
      see('started');
      res.on('error', (error) => see('error', error));
      res.on('finish', () => see('finish'));
      res.on('close', () => res.end('x', () => see('callback')));
    },
  },
  { name: 'a request that the handler destroys', sent: get, handler: watched((req) => req.destroy()) },
  {
    name: 'a request that the handler destroys with an error',
    sent: get,
    handler: watched((req) => req.destroy(new Error('no'))),
  },
  { name: 'a response that the handler destroys', sent: get, handler: watched((_, res) => res.destroy()) },
  {
    name: 'a response that the handler destroys with an error',
    sent: get,
    handler: watched((_, res) => res.destroy(new Error('no'))),
  },
  {
    name: 'a response that the handler destroys after the head',
    sent: [get],
    handler: watched((_, res) => (res.write('abc'), setImmediate(() => setImmediate(() => res.destroy())))),
  },
  {
    name: 'a response that the handler destroys in the turn of a write',
    sent: get,
    handler: (_, res) => (res.write('abc'), res.destroy()),
    differs: { row: 'content that is written in the turn of `res.destroy()`', here: {} },
  },
  {
    name: 'a response that is destroyed and ended',
    sent: get,
    handler: watched((_, res, see) => {
      res.destroy();
      see(res.destroyed, res.write('x'));
      res.end('y');
    }),
  },
  ...[get, post, chunked].map((sent): Case => ({
    name: `a socket that the handler destroys with an error after the response: ${sent.slice(0, 5)} ${sent.length}`,
    sent,
    responses: 1,
    handler: watched((req, res) => {
      res.end('abc');
      req.socket.destroy(new Error('the reason'));
    }),
  })),
  { name: 'a socket that the handler destroys', sent: get, handler: watched((req) => req.socket.destroy()) },
  {
    name: 'a socket that the handler destroys, content unread',
    sent: long,
    handler: watched((req) => req.socket.destroy()),
  },
  {
    name: 'a socket that the handler destroys while content is read',
    sent: long,
    handler: watched((req) => void req.once('data', () => req.socket.destroy())),
  },
  {
    name: 'destroySoon',
    sent: get,
    handler: watched((req, res) => (res.end('x'), (req.socket as never as { destroySoon(): void }).destroySoon())),
  },
  {
    name: 'req.destroy after the answer',
    sent: get,
    handler: watched((req, res) => res.end('x', () => req.destroy())),
  },
  ...(['chunked', 'with a length'] as const).flatMap((framing) =>
    Object.entries<(res: ServerResponse) => unknown>({
      'write and end after the socket is destroyed': (res) => (res.socket!.destroy(), res.write('abc'), res.end()),
      'end after the socket is destroyed': (res) => (res.flushHeaders(), res.socket!.destroy(), res.end('abc')),
      'the socket is destroyed between flushHeaders and write, later': (res) => (
        res.flushHeaders(),
        setImmediate(() => (res.socket!.destroy(), res.write('abc'), res.end()))
      ),
      'the socket is destroyed between write and end, later': (res) => (
        res.write('abc'),
        setImmediate(() => (res.socket!.destroy(), res.end()))
      ),
      'the socket is ended': (res) => res.socket!.end(),
      'write and end after the socket is ended': (res) => (res.socket!.end(), res.write('abc'), res.end()),
      'end after the socket is ended': (res) => (res.flushHeaders(), res.socket!.end(), res.end('abc')),
      'the socket is ended between write and end, later': (res) => (
        res.write('ab'),
        setImmediate(() => (res.socket!.end(), res.end('c')))
      ),
      'the socket is ended after the response': (res) => (res.end('abc'), res.socket!.end()),
    }).map(([name, handle]) => ({
      name: `${name}, ${framing}`,
      sent: get,
      responses: 0,
      handler: watched((_, res) => {
        if (framing === 'with a length') res.setHeader('Content-Length', 3);
        handle(res);
      }),
    })),
  ),
  {
    name: 'incomplete content when the connection ends with the response',
    sent: [long, { awaits: 'early' }],
    responses: 0,
    handler: watched((req, res) => (req.resume(), res.setHeader('Connection', 'close').end('early'))),
    differs: {
      row: 'content that is incomplete when the connection ends with the response',
      here: {
        seen: [
          ['started'],
          ['response prefinish'],
          ['response finish'],
          ['request aborted'],
          ['response close'],
          ['request error', { code: 'ECONNRESET', name: 'Error' }],
          ['request close'],
        ],
      },
    },
  },
  {
    name: 'complete content that is read after a response that ends the connection',
    sent: post,
    handler: (req, res, see) => {
      res.setHeader('Connection', 'close').end('early');
      req.on('data', (piece) => see(String(piece))).on('end', () => see('end'));
    },
  },
  { name: 'events of a request that is answered', sent: get, handler: watched((_, res) => res.end('x')) },
];

describeCompatibility('aborts', cases);
