import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FastResponse, FetchError } from '../src/index.ts';
import { answer, served } from './support.ts';

const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const head = request.replace('GET', 'HEAD');

const streamOf = (...chunks: unknown[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  ReadableStream.from(chunks) as ReadableStream<Uint8Array<ArrayBuffer>>;

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A promise that is not an `instanceof Promise`. */
const promiseOfAnotherRealm = runInNewContext('async (value) => value') as (value: Response) => Promise<Response>;

const locked = (response: Response): Response => {
  response.body!.getReader();
  return response;
};

/** A Response as the platform's `fetch` gives it: it has a URL. */
const upstream = (init: ResponseInit, body = 'decoded'): Response =>
  Object.defineProperty(new Response(body, init), 'url', { value: 'http://upstream.example/' });

describe('the Response of a handler', () => {
  it.each<[string, () => Response, object]>([
    ['text', () => new Response('hé'), { status: 200, content: 'hé', fields: { 'content-length': '3' } }],
    ['bytes', () => new Response(bytes('abc')), { content: 'abc', fields: { 'content-length': '3' } }],
    [
      'no body',
      () => new Response(null, { status: 201 }),
      { status: 201, content: '', fields: { 'content-length': '0' } },
    ],
    ['204', () => new Response(null, { status: 204 }), { status: 204, content: '' }],
    [
      '304',
      () => new Response(null, { status: 304, headers: { etag: '"x"' } }),
      { status: 304, fields: { etag: '"x"' } },
    ],
    ['json', () => Response.json({ a: 1 }), { content: '{"a":1}', fields: { 'content-type': 'application/json' } }],
    [
      'redirect',
      () => Response.redirect('http://b.example/', 303),
      { status: 303, fields: { location: 'http://b.example/' } },
    ],
    ['a promise', () => new Response('x', { statusText: 'Fine' }), { status: 200, content: 'x' }],
    ['a stream', () => new Response(streamOf(bytes('a'))), { content: 'a' }],
  ])('%s', async (_, respond, expected) => {
    await expect(answer(() => respond(), request)).resolves.toMatchObject(expected);
    await expect(answer(async () => respond(), request)).resolves.toMatchObject(expected);
    await expect(answer(() => promiseOfAnotherRealm(respond()), request)).resolves.toMatchObject(expected);
  });

  it.each<[string, () => Response, object]>([
    [
      'with content and fields',
      () => new Response('no', { status: 403, headers: { 'x-reason': 'role' } }),
      { status: 403, content: 'no', fields: { 'x-reason': 'role' } },
    ],
    ['of a success', () => new Response('made', { status: 201 }), { status: 201, content: 'made' }],
    ['of a redirect', () => Response.redirect('http://b.example/', 303), { fields: { location: 'http://b.example/' } }],
    ['with a stream', () => new Response(streamOf(bytes('a'))), { content: 'a' }],
    ['of FastResponse', () => new FastResponse('a', { status: 409 }) as never, { status: 409, content: 'a' }],
  ])('%s that is thrown is sent like one that is returned', async (_, respond, expected) => {
    const fail = (): never => {
      throw respond();
    };
    const hosts = [served(fail), served(async () => fail())];
    for (const host of hosts) await expect(host.answer(request)).resolves.toMatchObject(expected);
    expect(hosts.flatMap(({ applicationErrors }) => applicationErrors)).toEqual([]);
  });

  it.each([
    [404, 404],
    [200, 500],
  ])('of fetch with the status %i that is thrown is an error without its content: %i', async (status, sent) => {
    const response = upstream({ status, headers: { 'x-secret': 'internal' } }, 'internal');
    const host = served(() => {
      throw response;
    });
    const { content, fields, ...rest } = await host.answer(request);
    expect(rest).toMatchObject({ status: sent });
    expect([content, fields['x-secret']]).toEqual([expect.not.stringContaining('internal'), undefined]);
    expect(host.applicationErrors).toEqual([response]);
  });

  it('keeps several Set-Cookie lines apart', async () => {
    const text = await served(() => {
      const response = new Response('x');
      response.headers.append('set-cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT');
      response.headers.append('set-cookie', 'b=2');
      return response;
    }).exchange(request);
    expect(text.match(/^set-cookie: .*$/gm)).toEqual([
      'set-cookie: a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT',
      'set-cookie: b=2',
    ]);
  });

  it.each<[string, () => Response]>([
    ['text', () => new Response('hello')],
    ['a stream of one chunk', () => new Response(streamOf(bytes('hello')))],
    ['a declared length', () => new Response(null, { headers: { 'content-length': '5' } })],
  ])('HEAD keeps the length that GET has: %s', async (_, respond) => {
    await expect(answer(respond, head)).resolves.toMatchObject({ content: '', fields: { 'content-length': '5' } });
  });

  it('HEAD cancels a stream that goes on', async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
      cancel: () => void (cancelled = true),
    });
    await expect(answer(() => new Response(endless), head)).resolves.toMatchObject({ status: 200, content: '' });
    expect(cancelled).toBe(true);
  });

  it.each([
    [
      'fields about the upstream connection',
      { connection: 'x-secret, keep-alive', 'keep-alive': 'timeout=5', 'x-secret': '1', 'x-kept': '2' },
      ['x-kept'],
    ],
    [
      'coded content that fetch has decoded',
      { 'content-encoding': 'gzip', 'content-length': '3', 'x-kept': '2' },
      ['x-kept'],
    ],
    ['several codings', { 'content-encoding': 'gzip, br', 'content-length': '3' }, []],
  ])('of an upstream response, drops %s', async (_, headers, kept) => {
    const { fields, content } = await answer(() => upstream({ headers }), request);
    expect(content).toBe('decoded');
    expect(fields).toMatchObject({ 'content-length': '7', connection: 'close' });
    expect(
      Object.keys(fields).filter((name) => name in headers && !['connection', 'content-length'].includes(name)),
    ).toEqual(kept);
  });

  it.each(['compress', 'x-compress', 'gzip, compress', 'compress, gzip', 'gzip, identity', 'aes128gcm'])(
    'of an upstream response, keeps the coding %s, which fetch does not decode',
    async (coding) => {
      const { fields } = await answer(() => upstream({ headers: { 'content-encoding': coding } }), request);
      expect(fields).toMatchObject({ 'content-encoding': coding });
    },
  );

  it('keeps the content coding of a Response that the handler made', async () => {
    const headers = { 'content-encoding': 'gzip' };
    await expect(answer(() => new Response('coded', { headers }), request)).resolves.toMatchObject({ fields: headers });
  });
});

describe('a Response that cannot be sent', () => {
  const used = async (): Promise<Response> => {
    const response = new Response('x');
    await response.text();
    return response;
  };

  it('sends the Response of another implementation', async () => {
    const foreign = {
      [Symbol.toStringTag]: 'Response',
      status: 201,
      statusText: '',
      headers: new Headers([['x-a', '1']]),
      bodyUsed: false,
      body: new Response('foreign').body,
    };
    const received = await answer(() => foreign as never, request);
    expect(received).toMatchObject({ status: 201, fields: { 'x-a': '1' }, content: 'foreign' });
  });

  it.each<[string, () => unknown, string]>([
    ['undefined', () => undefined, 'APP_FETCH_RESPONSE_INVALID'],
    ['a string', () => 'text', 'APP_FETCH_RESPONSE_INVALID'],
    ['a plain object', () => ({ status: 200 }), 'APP_FETCH_RESPONSE_INVALID'],
    ['Response.error()', () => Response.error(), 'APP_FETCH_RESPONSE_NETWORK_ERROR'],
    ['a used body', used, 'APP_FETCH_BODY_USED'],
    ['a body with a reader', () => locked(new Response('x')), 'APP_FETCH_BODY_USED'],
    ['a stream of strings', () => new Response(streamOf('text')), 'APP_FETCH_CHUNK_INVALID'],
  ])('%s: 500, and the application error says why', async (_, respond, code) => {
    const http = served(respond as () => Response);
    await expect(http.answer(request)).resolves.toMatchObject({ status: 500 });
    expect(http.applicationErrors).toEqual([expect.objectContaining({ code })]);
    expect(http.applicationErrors[0]).toBeInstanceOf(FetchError);
  });

  it('a stream that fails midway: the connection ends without a terminator, and the error is reported once', async () => {
    const failing = (async function* () {
      yield bytes('first');
      await new Promise(setImmediate);
      throw new Error('source failed');
    })();
    const http = served(() => new Response(ReadableStream.from(failing)));
    const text = await http.exchange(request);
    expect(text).not.toMatch(/ 500 |0\r\n\r\n/);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'source failed' })]);
  });
});

describe('a handler', () => {
  it.each([undefined, null, 'text', {}, { fetch: 1 }])('%j is refused with APP_FETCH_HANDLER_INVALID', (handler) => {
    expect(() => served(handler as never)).toThrow(expect.objectContaining({ code: 'APP_FETCH_HANDLER_INVALID' }));
  });

  it('an object keeps its `this`', async () => {
    const app = {
      text: 'of the object',
      fetch: function (this: { text: string }) {
        return new Response(this.text);
      },
    };
    await expect(answer(app, request)).resolves.toMatchObject({ content: 'of the object' });
  });

  it('receives the context as second and as third argument', async () => {
    const http = served(
      (_, context, execution) => new Response(String(context === execution && context.http.request.path)),
    );
    await expect(http.answer(request)).resolves.toMatchObject({ content: '/' });
  });

  it('a rejection of waitUntil is an application error, and ends nothing', async () => {
    const http = served((_, context) => {
      context.waitUntil(Promise.reject(new Error('later')));
      return new Response('sent');
    });
    await expect(http.answer(request)).resolves.toMatchObject({ content: 'sent' });
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'later' })]);
  });
});
