import { describe, expect, it } from 'vitest';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'windhover';
import { type TestFetchOptions, TestServer } from '../src/index.ts';

const protocols = ['http/1.1', 'h2'] as const;

describe.each(protocols)('fetch over %s', (protocol) => {
  const start = (handler: RequestHandler): Promise<TestServer> => TestServer.start(handler, { protocol });
  const startFetch = (fetch: (request: Request) => Response): Promise<TestServer> =>
    TestServer.start({ fetch }, { protocol });

  it('sends method, target and fields, and receives a Response of the platform', async () => {
    await using server = await start(({ request, response }) => {
      response.headers.append('set-cookie', 'a=1');
      response.headers.append('set-cookie', 'b=2');
      response.statusCode = 201;
      response.json({
        method: request.method,
        target: request.target,
        host: request.host,
        x: request.headers.get('x-a'),
      });
    });
    const response = await server.fetch('/a?b=c', { method: 'PUT', headers: { 'X-A': 'one' } });
    expect(response).toBeInstanceOf(Response);
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ method: 'PUT', target: '/a?b=c', host: 'localhost', x: 'one' });
  });

  it.each<[what: string, options: TestFetchOptions, type: RegExp, content: string]>([
    ['text', { method: 'POST', body: 'häy' }, /^text\/plain;charset=utf-8$/i, 'häy'],
    ['bytes', { method: 'POST', body: new Uint8Array([104, 105]) }, /^none$/, 'hi'],
    ['a form', { method: 'POST', body: new URLSearchParams({ a: '1' }) }, /^application\/x-www-form-urlencoded/, 'a=1'],
    ['JSON', { json: { a: 1 } }, /^application\/json$/, '{"a":1}'],
    ['a Blob', { method: 'POST', body: new Blob(['blob'], { type: 'text/x' }) }, /^text\/x$/, 'blob'],
    ['no content', { method: 'POST' }, /^none$/, ''],
  ])('a body of %s', async (_what, options, type, content) => {
    await using server = await start(async ({ request, response }) => {
      response.json({ type: request.headers.get('content-type') ?? null, content: await request.text() });
    });
    const seen = (await (await server.fetch('/', options)).json()) as { type: string | null; content: string };
    expect(seen.content).toBe(content);
    expect(seen.type ?? 'none').toMatch(type);
  });

  it.each<[body: string, options: TestFetchOptions, content: string]>([
    ['text', { body: 'content' }, 'content'],
    ['bytes', { body: new Uint8Array([104, 105]) }, 'hi'],
    ['no content', {}, ''],
    ['JSON', { json: 1 }, '1'],
    ['a stream', { body: new Blob(['streamed']).stream() }, 'streamed'],
  ])('trailers are received after a body of %s', async (_body, options, content) => {
    await using server = await start(async ({ request, response }) => {
      const text = await request.text();
      response.json([text, [...(request.trailers ?? [])]]);
    });
    const response = await server.fetch('/', { method: 'POST', trailers: { 'x-sum': '7', 'x-b': '2' }, ...options });
    expect(await response.json()).toEqual([
      content,
      [
        ['x-sum', '7'],
        ['x-b', '2'],
      ],
    ]);
    expect(await (await server.fetch('/', { method: 'POST', body: 'next' })).json()).toEqual(['next', []]);
  });

  it('onTrailers is called with the trailer section before the body ends', async () => {
    await using server = await start(async ({ response }) => {
      response.trailers.set('x-sum', '7');
      await response.write('content');
      response.end();
    });
    const seen: unknown[] = [];
    const response = await server.fetch('/', { onTrailers: (trailers) => seen.push([...trailers]) });
    seen.push(await response.text());
    expect(seen).toEqual([[['x-sum', '7']], 'content']);
  });

  it('onTrailers is not called for a response without them', async () => {
    await using server = await start(({ response }) => response.send('content'));
    const seen: unknown[] = [];
    const response = await server.fetch('/', { onTrailers: (trailers) => seen.push(trailers) });
    expect(await response.text()).toBe('content');
    expect(seen).toEqual([]);
  });

  it('a Request of the platform, also with a stream', async () => {
    await using server = await start(async ({ request, response }) => {
      response.send(`${request.method} ${request.path} ${await request.text()}`);
    });
    const body = ReadableStream.from([new TextEncoder().encode('one '), new TextEncoder().encode('two')]);
    const request = new Request('http://localhost/path', { method: 'POST', body, duplex: 'half' });
    expect(await (await server.fetch(request)).text()).toBe('POST /path one two');
  });

  it('streams both ways at the same time', async () => {
    await using server = await startFetch((request) => new Response(request.body));
    let push!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (push = controller) });
    push.enqueue(Buffer.from('ping'));
    const response = await server.fetch('/', { method: 'POST', body });
    const reader = response.body!.getReader();
    expect(String(Buffer.from((await reader.read()).value ?? []))).toBe('ping');
    push.enqueue(Buffer.from('pong'));
    expect(String(Buffer.from((await reader.read()).value ?? []))).toBe('pong');
    push.close();
    expect((await reader.read()).done).toBe(true);
  });

  it('HEAD and 204 have no body', async () => {
    await using server = await start(({ request, response }) => {
      if (request.path === '/none') response.statusCode = 204;
      else response.send('content');
    });
    const head = await server.fetch('/', { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['7', '']);
    expect((await server.fetch('/none')).body).toBeNull();
  });

  it('informational responses are passed to onInformational', async () => {
    await using server = await TestServer.start(
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        response.end('done');
      },
      { protocol },
    );
    const hints: unknown[] = [];
    const response = await server.fetch('/', {
      onInformational: (status, headers) => void hints.push([status, headers.get('link')]),
    });
    expect(await response.text()).toBe('done');
    expect(hints).toEqual([[103, '</style.css>; rel=preload']]);
  });

  it('many at a time', async () => {
    await using server = await start(({ request, response }) => response.send(request.path));
    const paths = Array.from({ length: 40 }, (_, number) => `/${number}`);
    const answers = await Promise.all(paths.map(async (path) => (await server.fetch(path)).text()));
    expect(answers).toEqual(paths);
  });

  it('a signal that aborts ends the fetch, and the handler notices', async () => {
    const gone = new Promise<void>((resolve) => void (onGone = resolve));
    const reached = new Promise<void>((resolve) => void (onReached = resolve));
    await using server = await start(async ({ signal }) => {
      onReached();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => (onGone(), resolve())));
    });
    const controller = new AbortController();
    const fetching = server.fetch('/', { signal: controller.signal });
    await reached;
    controller.abort(new Error('enough'));
    await expect(fetching).rejects.toThrow('enough');
    await gone;
  });

  it('cancelling the body of a response ends the stream of the application', async () => {
    const cancelled = new Promise<void>((resolve) => void (onGone = resolve));
    await using server = await startFetch(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.enqueue(new Uint8Array(1000)),
            cancel: () => onGone(),
          }),
        ),
    );
    const response = await server.fetch('/');
    await response.body!.cancel();
    await expect(cancelled).resolves.toBeUndefined();
  });

  it('a body that is not read stops the application at a bounded number of bytes', async () => {
    let sent = 0;
    await using server = await start({
      fetch: () =>
        new Response(
          new ReadableStream({
            pull: async (controller) => {
              sent += 65_536;
              controller.enqueue(new Uint8Array(65_536));
              await new Promise(setImmediate);
            },
          }),
        ),
    } as never);
    await server.fetch('/');
    let before = -1;
    while (before !== sent) {
      before = sent;
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    }
    expect(sent).toBeLessThan(4_000_000);
  });

  it('the scheme, host and name of an absolute URL are those that the server sees', async () => {
    await using server = await start(({ request, response }) => {
      response.send(`${request.scheme} ${request.host}`);
    });
    expect(await (await server.fetch('https://shop.example/')).text()).toBe('https shop.example');
    expect(await (await server.fetch('http://shop.example:81/')).text()).toBe('http shop.example:81');
  });
});

let onGone: () => void = () => {};
let onReached: () => void = () => {};

describe('fetch', () => {
  it('an HTTP/1.1 connection is used again', async () => {
    await using server = await TestServer.start(({ traceIdentifier, response }) => response.send(traceIdentifier));
    const ids = [await (await server.fetch('/')).text(), await (await server.fetch('/')).text()];
    expect(ids.map((id) => id.split(':')[0])).toEqual([ids[0]!.split(':')[0], ids[0]!.split(':')[0]]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('a path that is not ASCII is encoded', async () => {
    await using server = await TestServer.start(({ request, response }) => response.send(request.target));
    expect(await (await server.fetch('/ä b')).text()).toBe('/%C3%A4%20b');
  });

  it.each([
    ['a method', { method: 'A B' }],
    ['a field name', { headers: { 'a b': '1' } }],
    ['a field value', { headers: { a: '1\r\nb: 2' } }],
    ['a trailer', { method: 'POST', trailers: { 'content-length': '1' } }],
    ['a trailer beside Content-Length', { method: 'POST', headers: { 'content-length': '0' }, trailers: { a: '1' } }],
  ])('%s that cannot be sent is an error of the test', async (_what, options) => {
    await using server = await TestServer.start(() => 'never');
    await expect(server.fetch('/', options)).rejects.toThrow(/./);
  });

  it('a connection that closes before the response: TESTING_CONNECTION_CLOSED', async () => {
    await using server = await TestServer.start((context) => context.abort());
    await expect(server.fetch('/')).rejects.toMatchObject({ code: 'TESTING_CONNECTION_CLOSED' });
  });
});
