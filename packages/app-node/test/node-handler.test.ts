import type { IncomingMessage } from 'node:http';
import { HttpRequestLifetimeFeature, type Middleware, type RequestDelegate } from '@windhover/http';
import { describe, expect, it, vi } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { until } from '../../../tools/test-support/until.ts';
import { nodeHandler, type NodeHandler } from '../src/index.ts';

const get = 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const kept10 = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
const served = (handler: NodeHandler): MemoryHttp => new MemoryHttp(nodeHandler(handler));

describe('a node handler', () => {
  it.each<[string, unknown[]]>([
    ['an array', ['vary', 'x-kept', 'x-bad', '\n']],
    [
      'an array of pairs',
      [
        ['vary', 'x-kept'],
        ['x-bad', '\n'],
      ],
    ],
  ])('writeHead with %s that is refused: fields that its values name stay', async (_, headers) => {
    const keep: Middleware = (context, next) => {
      context.response.headers.set('x-kept', 'yes');
      return next(context);
    };
    const handler = nodeHandler((_request, response) => {
      expect(() => response.writeHead(200, headers as never)).toThrow('x-bad');
      response.end('served');
    });
    const { fields } = await MemoryHttp.of([keep], handler).get('/');
    expect(fields).toMatchObject({ 'x-kept': 'yes' });
    expect(fields).not.toHaveProperty('vary');
  });

  it('that destroys the socket with an error after the response: the response closes, the next one is sent', async () => {
    const closed: string[] = [];
    const http = served((request, response) => {
      response.on('close', () => closed.push(request.url!));
      response.end('answer');
      request.socket.destroy(new Error('the reason'));
    });
    const sent = await http.exchange(`POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get}`);
    expect(sent.match(/answer/g)).toHaveLength(2);
    expect(closed).toEqual(['/post', '/a']);
  });

  it.each([undefined, null, 'text', {}])('%j is refused with APP_NODE_HANDLER_INVALID', (handler) => {
    expect(() => nodeHandler(handler as never)).toThrow(expect.objectContaining({ code: 'APP_NODE_HANDLER_INVALID' }));
  });

  it.each([
    [{ joinDuplicateHeader: true }, 'nodeHandler has no option "joinDuplicateHeader"; its options are '],
    [{ joinDuplicateHeaders: 'false' }, 'nodeHandler: joinDuplicateHeaders must be true or false; received '],
  ])('refuses the options %j', (options, message) => {
    expect(() => nodeHandler(() => {}, options as object)).toThrow(TypeError);
    expect(() => nodeHandler(() => {}, options as object)).toThrow(message);
  });

  it.each<[string, NodeHandler]>([
    [
      'throws',
      () => {
        throw new Error('failed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('failed'))],
    [
      'rejects later',
      async () => {
        await Promise.resolve();
        throw new Error('failed');
      },
    ],
    ['passes an error to next', (_, __, next) => next(new Error('failed'))],
    ['passes an error to next later', (_, __, next) => void setImmediate(next, new Error('failed'))],
  ])("that %s: 500, and the error is the application's", async (_, handler) => {
    const closed: string[] = [];
    const http = served((request, response, next) => {
      request.on('close', () => closed.push('request'));
      response.on('close', () => closed.push('response'));
      return handler(request, response, next);
    });
    await expect(http.answer(get)).resolves.toMatchObject({ status: 500 });
    await until(() => closed.length === 2);
    expect([closed, http.applicationErrors]).toEqual([
      ['response', 'request'],
      [expect.objectContaining({ message: 'failed' })],
    ]);
  });

  it.each<[string, NodeHandler]>([
    ['at once', (_, response, next) => (response.setHeader('x', '1'), next())],
    ['later', (_, __, next) => void setImmediate(next)],
  ])('as middleware, next() %s continues with the next one', async (_, handler) => {
    const middleware = nodeHandler(handler);
    const http = new MemoryHttp((context) => middleware(context, ({ response }) => response.send('next')));
    await expect(http.answer(get)).resolves.toMatchObject({ status: 200, content: 'next' });
  });

  it('as middleware, its status and headers are those of the next one, which may change them', async () => {
    const middleware = nodeHandler((_request, response, next) => {
      response.setHeader('X-A', 'a');
      response.setHeader('X-B', ['1', '2']);
      response.setHeader('X-C', 'c');
      response.statusCode = 202;
      next();
    });
    const http = new MemoryHttp((context) =>
      middleware(context, ({ response }) => {
        response.headers.set('X-A', `${response.headers.get('X-A')} and more`);
        response.headers.delete('X-C');
        response.headers.append('X-D', 'd');
        return response.send('next');
      }),
    );
    const sent = await http.exchange(get);
    expect(sent).toMatch(/^HTTP\/1.1 202 Accepted\r\n/);
    expect(sent.match(/^x-.*(?=\r$)/gim)).toEqual(['X-A: a and more', 'X-B: 1', 'X-B: 2', 'X-D: d']);
  });

  it('as middleware, two set the same header: the later one replaces it', async () => {
    const setting = (value: string) =>
      nodeHandler((_request, response, next) => (response.setHeader('X-A', value), next()));
    const [first, second] = [setting('1'), setting('2')];
    const http = new MemoryHttp((context) =>
      first(context, (inner) => second(inner, ({ response }) => response.send('next'))),
    );
    expect((await http.get('/')).fields).toMatchObject({ 'x-a': '2' });
  });

  it.each<[string, RequestDelegate, unknown[]]>([
    ['of a response', ({ response }) => ((response.statusCode = 201), response.send('next')), ['finish', 201, true]],
    ['of an empty response', () => {}, ['finish', 200, true]],
    [
      'of an error',
      () => {
        throw new Error('next failed');
      },
      ['finish', 500, true],
    ],
    ['of a request that is reset', ({ features }) => features.require(HttpRequestLifetimeFeature).abort(), []],
  ])('as middleware, its listeners receive the end %s of the next one', async (_, next, finish) => {
    const seen: unknown[] = [];
    const middleware = nodeHandler((request, response, then) => {
      request.on('close', () => seen.push('request'));
      response.on('finish', () => seen.push('finish', response.statusCode, response.headersSent));
      response.on('close', () => seen.push('response'));
      then();
    });
    const http = new MemoryHttp((context) => middleware(context, next));
    await http.exchange('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
    await until(() => seen.includes('request'));
    expect(seen).toEqual([...finish, 'response', 'request']);
  });

  it.each<[string, NodeHandler]>([
    ['at once', (_, __, next) => next()],
    ['later', (_, __, next) => void setImmediate(next)],
  ])("an error of the next one, called %s, is the application's", async (_, handler) => {
    const middleware = nodeHandler(handler);
    const http = new MemoryHttp((context) =>
      middleware(context, () => {
        throw new Error('next failed');
      }),
    );
    await expect(http.answer(get)).resolves.toMatchObject({ status: 500 });
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'next failed' })]);
  });

  it('as the end of a pipeline, next() is 404', async () => {
    await expect(served((_, __, next) => next()).answer(get)).resolves.toMatchObject({ status: 404 });
  });

  it('an error after the response is complete is reported, and changes nothing', async () => {
    const http = served(async (_, response) => {
      response.end('sent');
      throw new Error('afterwards');
    });
    await expect(http.answer(get)).resolves.toMatchObject({ status: 200, content: 'sent' });
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'afterwards' })]);
  });

  it('content over the limit is answered with 413 where no listener of the request answers', async () => {
    const http = new MemoryHttp(
      nodeHandler((request) => void request.resume()),
      { maxRequestBodySize: 3 },
    );
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    await expect(http.answer(post)).resolves.toMatchObject({ status: 413 });
  });

  it('a client that ends its side while it waits reads the response', async () => {
    const http = served((_, response) => void setImmediate(() => setImmediate(() => response.end('late'))));
    await expect(http.answer(get)).resolves.toMatchObject({ content: 'late' });
  });

  it('a response to a client that waits for 100 (Continue) ends the connection, and no content is awaited', async () => {
    const { received } = served((_, response) => response.end('no')).open(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    );
    await expect(received).resolves.toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*no$/i);
  });

  it('content over the limit fails the request stream, and can be answered', async () => {
    const http = new MemoryHttp(
      nodeHandler((request, response) => {
        request.on('error', (error: Error & { status?: number }) => {
          response.statusCode = error.status ?? 500;
          response.end('too much');
        });
        request.resume();
      }),
      { maxRequestBodySize: 3 },
    );
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    await expect(http.answer(post)).resolves.toMatchObject({ status: 413, content: 'too much' });
  });

  it('content that the handler leaves unread ends nothing, also without an error listener', async () => {
    const uncaught = vi.fn<() => void>();
    process.once('uncaughtExceptionMonitor', uncaught);
    let seen: IncomingMessage | undefined;
    const http = served((request, response) => {
      seen = request;
      setImmediate(() => response.end('answered'));
    });
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    await expect(http.answer(post)).resolves.toMatchObject({ status: 200, content: 'answered' });
    await until(() => seen!.closed);
    process.off('uncaughtExceptionMonitor', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    expect(http.applicationErrors).toEqual([]);
  });

  it.each([
    ['of HTTP/1.1, no field is sent', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', undefined, []],
    ['of HTTP/1.1, a field of the handler is sent', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'x-a', ['Connection: x-a']],
    ['of HTTP/1.0, the protocol sends keep-alive', kept10, undefined, ['connection: keep-alive']],
  ])('a connection that persists, %s', async (_, request, own, fields) => {
    const http = served((_request, response) => {
      if (own !== undefined) response.setHeader('Connection', own);
      response.end('x');
    });
    const sent = await http.exchange(request + get);
    const [first, ...rest] = sent.split('HTTP/1.1 200 OK').slice(1);
    expect(rest).toHaveLength(1);
    expect(first!.match(/^(?:connection|keep-alive): .*(?=\r$)/gim) ?? []).toEqual(fields);
  });

  it('bytes that the handler writes on the socket are sent, and the connection closes after them', async () => {
    const seen: string[] = [];
    const http = served((request, response) => {
      request.on('close', () => seen.push('request'));
      response.on('close', () => seen.push('response'));
      request.socket.write('HTTP/1.1 200 OK\r\n');
      setImmediate(() => request.socket.end('\r\nok'));
    });
    await expect(http.open(get + get).received).resolves.toBe('HTTP/1.1 200 OK\r\n\r\nok');
    await until(() => seen.length === 2);
    expect([seen.toSorted(), http.applicationErrors]).toEqual([['request', 'response'], []]);
  });

  it('bytes that the handler writes on the socket after the response are an error', async () => {
    const http = served(({ socket }, response) => void response.end('sent', () => socket.write('more')));
    const sent = await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toMatch(/\r\n\r\nsent$/);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'APP_NODE_SOCKET_WRITE_REFUSED' })]);
  });

  it('content that does not match its Content-Length is an error', async () => {
    const http = served((_, response) => {
      response.setHeader('Content-Length', 3);
      response.end('hello');
    });
    await http.exchange(get);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'HTTP_CONTENT_LENGTH_MISMATCH' })]);
  });
});
