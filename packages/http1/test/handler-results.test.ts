import { Readable } from 'node:stream';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext, type Middleware, type RequestHandler } from '@windhover/http';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { get, serve, settled } from './support/exchange-harness.ts';

const text = 'text/plain; charset=utf-8';

const served = (handler: RequestHandler, ...middleware: Middleware[]): MemoryHttp => {
  const app = new ApplicationBuilder(new Features());
  for (const each of middleware) app.use(each);
  return new MemoryHttp(app.run(handler).build());
};

const pass: Middleware = (context, next) => next(context);

/** A Response as the platform's `fetch` gives it: it has a URL. */
const upstream = (headers: Record<string, string>): Response =>
  Object.defineProperty(new Response('decoded', { headers }), 'url', { value: 'http://upstream.example/' });

class Money {
  toJSON(): string {
    return '5 EUR';
  }
}

describe('a value that a handler returns', () => {
  const bytes = new Uint16Array([0x6261]);
  const values: [name: string, value: () => object | string, type: string | undefined, content: string][] = [
    ['a string', () => 'hello', text, 'hello'],
    ['an empty string', () => '', text, ''],
    ['text that is not ASCII', () => 'café', text, 'café'],
    ['bytes', () => new TextEncoder().encode('ab'), undefined, 'ab'],
    ['a typed array', () => bytes, undefined, 'ab'],
    ['an ArrayBuffer', () => bytes.buffer, undefined, 'ab'],
    ['an object', () => ({ a: 1 }), 'application/json', '{"a":1}'],
    ['an array', () => [1, 'b'], 'application/json', '[1,"b"]'],
    ['an object with toJSON', () => new Money(), 'application/json', '"5 EUR"'],
    [
      'an object without prototype',
      () => Object.assign(Object.create(null) as object, { a: 1 }),
      'application/json',
      '{"a":1}',
    ],
    ['a Response with text', () => new Response('hi', { headers: { 'x-own': '1' } }), 'text/plain;charset=UTF-8', 'hi'],
    ['a Response without content', () => new Response(null), undefined, ''],
  ];
  const ways: [name: string, handler: (value: () => object | string) => RequestHandler][] = [
    ['returned', (value) => () => value()],
    ['resolved', (value) => () => Promise.resolve(value())],
  ];
  const around: Middleware = async (context, next) => {
    await next(context);
    expect(context.response.hasEnded).toBe(true);
  };
  const pipelines: [name: string, middleware: Middleware[]][] = [
    ['alone', []],
    ['after middleware that passes it on', [pass, pass]],
    ['after middleware that awaits it, and finds it sent', [around, pass, around]],
  ];
  const cases = values.flatMap(([what, value, type, content]) =>
    ways.flatMap(([way, handler]) =>
      pipelines.map(([place, middleware]) => ({ what, value, type, content, way, handler, place, middleware })),
    ),
  );

  it.each(cases)('$what, $way, $place: is sent', async ({ value, type, content, handler, middleware }) => {
    const http = served(handler(value), ...middleware);
    const answer = await http.get('/');
    expect(http.applicationErrors).toEqual([]);
    expect([answer.status, answer.fields['content-type']]).toEqual([200, type]);
    expect(answer.content.replace(/^\w+\r\n(.*)\r\n0\r\n\r\n$/s, '$1')).toBe(content);
  });

  it.each<[name: string, value: () => object]>([
    ['a Node stream', () => Readable.from(['a', 'b'])],
    ['a web stream', () => new Blob(['ab']).stream()],
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'a';
          await Promise.resolve();
          yield 'b';
        })(),
    ],
    [
      'a generator',
      () =>
        (function* () {
          yield 'a';
          yield 'b';
        })(),
    ],
  ])('%s: its pieces are sent', async (_name, value) => {
    for (const [, handler] of ways) {
      const { content } = await served(handler(value)).get('/');
      expect(content.replaceAll(/\r\n|\b\d+\r\n/g, '')).toMatch(/^(?:\d?a)?\d?a?b0?$/);
    }
  });

  it('a Response: status, reason, fields and each cookie', async () => {
    const sent = await served(() => {
      const response = new Response(null, { status: 303, statusText: 'Over There', headers: { location: '/x' } });
      response.headers.append('set-cookie', 'a=1');
      response.headers.append('set-cookie', 'b=2');
      return response;
    }).exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toBe(
      'HTTP/1.1 303 Over There\r\nlocation: /x\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n',
    );
  });

  it.each<[string, Record<string, string>]>([
    ['coded content that fetch has decoded', { 'content-encoding': 'gzip', 'content-length': '3' }],
    ['the connection to the upstream server', { connection: 'x-hop', 'keep-alive': 'timeout=5', 'x-hop': '1' }],
    ['the framing of the upstream server', { 'transfer-encoding': 'chunked' }],
    ['an upgrade that the upstream server offers', { connection: 'upgrade', upgrade: 'h2c' }],
  ])('a Response of fetch: without the fields about %s', async (_name, dropped) => {
    const http = served(() => upstream({ ...dropped, 'x-kept': '1' }));
    const { fields, content } = await http.get('/');
    expect(http.applicationErrors).toEqual([]);
    expect(content).toContain('decoded');
    expect(fields).toMatchObject({ 'x-kept': '1' });
    expect(
      Object.entries(dropped).filter(([name, value]) => fields[name] === value && name !== 'transfer-encoding'),
    ).toEqual([]);
  });

  it('a Response that cannot be sent: 500, and its source is closed', async () => {
    const cancel = vi.fn<() => void>();
    const http = served(() =>
      Object.defineProperty(new Response(new ReadableStream({ cancel })), 'status', { value: 99 }),
    );
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toMatchObject([{ code: 'HTTP_STATUS_INVALID' }]);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('a Response whose body has a reader: HTTP_RESULT_UNSUPPORTED', async () => {
    const http = served(() => {
      const response = new Response('x');
      response.body!.getReader();
      return response;
    });
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toMatchObject([
      { code: 'HTTP_RESULT_UNSUPPORTED', message: expect.stringContaining('has a reader') as string },
    ]);
  });

  it.each<[string, (closed: () => void) => object]>([
    ['a Node stream', (closed) => new Readable({ read() {}, destroy: (error, done) => (closed(), done(error)) })],
    ['a web stream', (closed) => new ReadableStream({ cancel: closed })],
    ['a Response with a stream', (closed) => new Response(new ReadableStream({ cancel: closed }))],
  ])('%s after the response was sent: its source is closed', async (_name, sourceOf) => {
    const closed = vi.fn<() => void>();
    const http = served(({ response }) => {
      response.send('sent');
      return sourceOf(closed);
    });
    expect((await http.get('/')).content).toBe('sent');
    expect([closed.mock.calls.length, http.applicationErrors]).toEqual([1, []]);
  });

  it('with a status and a content type of the handler: these stay', async () => {
    const answer = await served(({ response }) => {
      response.statusCode = 201;
      response.contentType = 'application/vnd.x+json';
      return { a: 1 };
    }).get('/');
    expect([answer.status, answer.fields['content-type'], answer.content]).toEqual([
      201,
      'application/vnd.x+json',
      '{"a":1}',
    ]);
  });

  it('after the response was sent: ignored', async () => {
    const http = served(({ response }) => {
      response.send('sent');
      return 'returned';
    });
    expect((await http.get('/')).content).toBe('sent');
    expect(http.applicationErrors).toEqual([]);
  });

  it.each<[name: string, value: (context: HttpContext) => unknown, says: RegExp]>([
    ['a function', () => () => {}, /middleware is \(context, next\) => …, not \(next\) => \(context\) => …/],
    ['a number', () => 5, /received a number; call response\.json\(value\)/],
    ['a boolean', () => true, /received a boolean/],
    ['null', () => null, /received null; return nothing for an empty response, or call response\.json\(null\)/],
    ['the response', ({ response }) => response, /received the context, its request or its response/],
    ['an error', () => new Error('x'), /received an Error; throw it/],
    ['a symbol', () => Symbol('x'), /received a symbol/],
  ])('%s: 500 HTTP_RESULT_UNSUPPORTED with advice', async (_name, value, says) => {
    for (const handler of [value, (context: HttpContext) => Promise.resolve(value(context))]) {
      const http = served(handler as RequestHandler, pass);
      expect((await http.get('/')).status).toBe(500);
      expect(http.applicationErrors).toMatchObject([
        { code: 'HTTP_RESULT_UNSUPPORTED', message: expect.stringMatching(says) as string },
      ]);
    }
  });

  it('a thenable that calls back twice: the second call does not end the next request', async () => {
    const gate = deferred<string>();
    let callBack!: (value: string) => void;
    const thenable: PromiseLike<string> = {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another kind
      then: (resolve) => {
        callBack = resolve as (value: string) => void;
        callBack('first');
        return thenable as never;
      },
    };
    const harness = serve(({ request }) => (request.path === '/' ? thenable : gate.promise));
    harness.receive(get('/') + get('/second'));
    await settled();
    callBack('again');
    await settled();
    expect(harness.next()).toMatch(/\r\n\r\nfirst$/);
    gate.resolve('second');
    await settled();
    expect(harness.next()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nsecond$/s);
  });

  it.each<[string, Middleware[]]>([
    ['alone', []],
    ['after middleware', [pass]],
  ])('a thenable whose then returns nothing, %s: its value is sent', async (_name, middleware) => {
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another kind
      then: (resolve: (value: string) => void) => void setImmediate(resolve, 'later'),
    };
    const { status, content } = await served(() => thenable, ...middleware).get('/');
    expect([status, content]).toEqual([200, 'later']);
  });

  it('of a branch, and of middleware itself: is sent', async () => {
    const app = new ApplicationBuilder(new Features())
      .map('/branch', (branch) => branch.run(({ request }) => `${request.pathBase} ${request.path}`))
      .use(({ request }, next) => (request.path === '/short' ? 'short' : (next as () => undefined)()))
      .run(() => 'end');
    const http = new MemoryHttp(app.build());
    expect((await http.get('/branch/x')).content).toBe('/branch /x');
    expect((await http.get('/short')).content).toBe('short');
  });

  it('has types: text, bytes and objects, but no numbers', () => {
    expectTypeOf<() => string>().toExtend<RequestHandler>();
    expectTypeOf<() => Promise<{ a: number }>>().toExtend<RequestHandler>();
    expectTypeOf<() => void>().toExtend<RequestHandler>();
    expectTypeOf<() => Response>().toExtend<RequestHandler>();
    expectTypeOf<() => number>().not.toExtend<RequestHandler>();
    expectTypeOf<() => null>().not.toExtend<RequestHandler>();
  });
});
