import { describe, expect, it } from 'vitest';
import { FastResponse, type FetchContext } from '../src/index.ts';
import { Hosted } from './hosted.ts';

type Handler = (request: Request, context: FetchContext) => unknown;

/** A Response with a member that the platform's constructor would refuse. */
const with_ = (name: string, value: unknown): Response => Object.defineProperty(new Response('x'), name, { value });

const streamOf = (pull: (controller: ReadableStreamDefaultController, turn: number) => void): Response => {
  let turn = 0;
  return new Response(new ReadableStream({ pull: (controller) => pull(controller, turn++) }));
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const fail = (thrown: unknown) => (): never => {
  throw thrown;
};

const hostile = new Proxy({}, { get: fail(new Error('hostile')), getPrototypeOf: fail(new Error('hostile')) });

/** What a handler does, the status of the answer, and how many errors are reported. */
const rows: readonly (readonly [what: string, handler: Handler, status: number, errors: number])[] = [
  ['status 100', () => with_('status', 100), 500, 1],
  ['status 101', () => with_('status', 101), 500, 1],
  ['status NaN', () => with_('status', Number.NaN), 500, 1],
  ['status 204 with content', () => with_('status', 204), 500, 1],
  ['status 304 with content', () => with_('status', 304), 500, 1],
  ['status 205', () => new Response(null, { status: 205 }), 205, 0],
  ['a reason phrase with a line break', () => with_('statusText', 'a\r\nb: 1'), 500, 1],
  ['a field value with a line break', () => with_('headers', [['a', 'b\r\nc: 1']]), 500, 1],
  ['no headers', () => with_('headers', null), 500, 1],
  ['a fast Response with a line break', () => new FastResponse('x', { headers: { a: 'b\r\nc: 1' } }), 500, 1],
  ['less content than declared', () => new Response('x', { headers: { 'content-length': '9' } }), 500, 1],
  ['more content than declared', () => new Response('xyz', { headers: { 'content-length': '1' } }), 500, 1],
  ['a length that is not a number', () => new Response('x', { headers: { 'content-length': 'x' } }), 500, 1],
  ['a stream that fails at once', () => streamOf(fail(new Error('at once'))), 500, 1],
  ['a stream that fails with null', () => streamOf((controller) => controller.error(null)), 500, 1],
  ['a stream of numbers', () => streamOf((controller) => controller.enqueue(7)), 500, 1],
  [
    'a stream with empty chunks',
    () =>
      streamOf((controller, turn) => (turn < 3 ? controller.enqueue(new Uint8Array(turn % 2)) : controller.close())),
    200,
    0,
  ],
  ['a stream that is closed', () => streamOf((controller) => controller.close()), 200, 0],
  ['throws null', fail(null), 500, 1],
  ['throws a proxy that fails', fail(hostile), 500, 1],
  ['throws a revoked proxy', fail(revoked()), 500, 1],
  ['throws a Response', () => fail(new Response('no', { status: 403 }))(), 403, 0],
  ['throws the Response of a failed fetch', () => fail(Response.error())(), 500, 1],
  ['throws a Response that has been read', () => fail(with_('bodyUsed', true))(), 500, 1],
  ['returns a proxy that fails', () => hostile, 500, 1],
  ['returns a revoked proxy', revoked, 500, 1],
  ['a promise of nothing', () => Promise.resolve(), 500, 1],
  [
    'a clone of the Request that is not read',
    async (request) => (request.clone(), new Response(await request.text())),
    200,
    0,
  ],
  ['one branch of the body', (request) => new Response(request.body!.tee()[0]), 200, 0],
  ['a body that is cancelled', async (request) => (await request.body!.cancel(), new Response('x')), 200, 0],
  [
    'a body that is read in part',
    async (request) => (await request.body!.getReader().read(), new Response('x')),
    200,
    0,
  ],
  ['the same Response again', () => (shared ??= new FastResponse('x')), 200, 0],
  ['waits for a rejection', (_, context) => (context.waitUntil(Promise.reject(hostile)), new Response('x')), 200, 1],
];

let shared: FastResponse | undefined;

const run = (rowOf: (request: Request) => Handler | undefined) => (request: Request, context: FetchContext) =>
  (rowOf(request) ?? (() => new Response('next')))(request, context) as Response;

const server = (handler: Handler): Promise<Hosted> =>
  Hosted.start(run(({ url }) => (url.endsWith('/next') ? undefined : handler)));

describe('a handler that answers oddly leaves the connection and its next request', () => {
  it.each(rows)('over HTTP/1.1: %s', async (_what, handler, status, errors) => {
    await using hosted = await server(handler);
    const received = await hosted.exchange(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello' +
        'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(received.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(received.endsWith('\r\n\r\nnext')).toBe(true);
    expect(hosted.errors).toHaveLength(errors);
  });

  it.each(rows)('over HTTP/2: %s', async (_what, handler, status, errors) => {
    await using hosted = await server(handler);
    const session = hosted.session();
    const ask = (path: string, content?: string): Promise<number> =>
      new Promise((resolve) => {
        const stream = session.request({ ':path': path, ':method': content === undefined ? 'GET' : 'POST' });
        stream.on('error', () => {}).once('close', () => resolve(seen));
        let seen = 0;
        stream.once('response', (head) => (seen = Number(head[':status'])));
        stream.resume().end(content);
      });
    expect(await ask('/', 'hello')).toBe(status);
    expect(await ask('/next')).toBe(200);
    expect(hosted.errors).toHaveLength(errors);
  });
});
