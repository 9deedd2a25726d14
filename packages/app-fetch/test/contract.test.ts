import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { FastResponse } from '../src/index.ts';
import { Hosted } from './hosted.ts';
import { answer, seen, served } from './support.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
const head = get.replace('GET', 'HEAD');

const failing = (): ReadableStream =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    pull: () => Promise.reject(new Error('midway')),
  });

/** A Response as the platform's `fetch` resolves with: it has a URL. */
const fetched = (headers: Record<string, string>): Response =>
  Object.defineProperty(new Response('decoded', { headers }), 'url', { value: 'http://upstream/' });

const globals = { Request, Headers, Response, ReadableStream, fetch };

/** The promises of the package, one sentence each, and a check that tells true from false. */
const sentences: readonly (readonly [sentence: string, holds: () => Promise<boolean>])[] = [
  ['a Request is the platform’s', async () => (await seen(post, (request) => request instanceof Request)) === true],
  [
    'its Headers are the platform’s',
    async () => (await seen(post, ({ headers }) => headers instanceof Headers)) === true,
  ],
  [
    'new Request(request) has its body',
    async () => (await seen(post, (request) => new Request(request).text())) === 'hello',
  ],
  ['a clone has the body as well', async () => (await seen(post, (request) => request.clone().text())) === 'hello'],
  ['duplex is half', async () => (await seen(post, (request) => request.duplex)) === 'half'],
  [
    'globals are never patched',
    () => Promise.resolve(Object.entries(globals).every(([name, value]) => Reflect.get(globalThis, name) === value)),
  ],
  [
    'the Response of the platform works',
    async () => (await answer(() => new Response('text'), get)).content === 'text',
  ],
  [
    'the fast Response works',
    async () => (await answer(() => new FastResponse('text') as never, get)).content === 'text',
  ],
  [
    'the body pulls: nothing is read before the reader asks',
    async () => {
      const asked = deferred();
      await using server = await Hosted.start({
        fetch: async (request: Request) => {
          await asked.promise;
          return new Response(await request.text());
        },
      });
      const client = server.connect();
      client.write(post.replace('Content-Length: 5', 'Content-Length: 5\r\nExpect: 100-continue').slice(0, -5));
      let received = '';
      client.on('data', (bytes: Uint8Array) => (received += String(bytes)));
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      const before = received;
      asked.resolve();
      await until(() => received.startsWith('HTTP/1.1 100'));
      client.write('hello');
      await until(() => received.endsWith('hello'));
      return before === '';
    },
  ],
  [
    'cancelling the body is not the client going away',
    async () => {
      const request = await answer(async (received) => {
        await received.body?.cancel();
        return new Response(String(received.signal.aborted));
      }, post);
      return request.content === 'false';
    },
  ],
  [
    'signal fires when the client is gone, also when it is read late',
    async () => {
      const reached = deferred();
      const late = deferred<boolean>();
      const gone = deferred();
      await using server = await Hosted.start({
        fetch: async (request: Request, context: { readonly http: { readonly signal: AbortSignal } }) => {
          context.http.signal.addEventListener('abort', () => gone.resolve());
          reached.resolve();
          await gone.promise;
          late.resolve(request.signal.aborted);
          return new Response('');
        },
      });
      const client = server.connect();
      client.on('error', () => {});
      client.write(get);
      await reached.promise;
      client.destroy(new Error('gone'));
      return late.promise;
    },
  ],
  [
    'signal does not fire after the response',
    async () => {
      let signal: AbortSignal | undefined;
      await answer((request) => {
        signal = request.signal;
        return new Response('');
      }, get);
      return signal?.aborted === false;
    },
  ],
  [
    'a response stream that fails ends the connection without the end of the message',
    async () => {
      const received = await served(() => new Response(failing())).exchange(get);
      return !received.includes('\r\n0\r\n\r\n');
    },
  ],
  [
    'and is reported once',
    async () => {
      const server = served(() => new Response(failing()));
      await server.exchange(get);
      return server.applicationErrors.length === 1;
    },
  ],
  [
    'HEAD keeps the length that GET has',
    async () => {
      const [one, two] = await Promise.all([get, head].map((request) => answer(() => new Response('hello'), request)));
      return one!.fields['content-length'] === '5' && two!.fields['content-length'] === '5' && two!.content === '';
    },
  ],
  [
    'several Set-Cookie stay apart',
    async () => {
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      const received = await served(() => new Response('', { headers })).exchange(get);
      return received.includes('a=1\r\n') && received.includes('b=2\r\n');
    },
  ],
  [
    'hop-by-hop fields of an upstream are dropped, and those that its Connection lists',
    async () => {
      const headers = {
        connection: 'close, x-own',
        'x-own': '1',
        'keep-alive': 'timeout=5',
        te: 'trailers',
        'x-kept': '1',
      };
      const { fields } = await answer(() => fetched(headers), get);
      return !('x-own' in fields) && !('keep-alive' in fields) && !('te' in fields) && fields['x-kept'] === '1';
    },
  ],
  [
    'a Content-Length beside an undone content coding is dropped, with the coding',
    async () => {
      const { fields, content } = await answer(
        () => fetched({ 'content-encoding': 'gzip', 'content-length': '3' }),
        get,
      );
      return !('content-encoding' in fields) && fields['content-length'] !== '3' && content === 'decoded';
    },
  ],
  [
    'a used body is a clear error',
    async () => {
      const server = served(async () => {
        const response = new Response('text');
        await response.text();
        return response;
      });
      await server.exchange(get);
      return Reflect.get(server.applicationErrors[0] as object, 'code') === 'APP_FETCH_BODY_USED';
    },
  ],
  [
    'waitUntil counts for the drain',
    async () => {
      const work = deferred();
      await using server = await Hosted.start({
        fetch: (_request: Request, context: { waitUntil(promise: Promise<unknown>): void }) => {
          context.waitUntil(work.promise);
          return new Response('');
        },
      });
      await server.exchange(get);
      let isDone = false;
      const stopping = server.host.stop().then(() => isDone);
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      isDone = true;
      work.resolve();
      return stopping;
    },
  ],
  [
    'an odd target cannot change the host',
    async () => (await seen(get.replace('/ ', '//evil.example/ '), ({ url }) => new URL(url).host)) === 'a',
  ],
  [
    'an odd Host is refused with 400',
    async () => (await answer(() => new Response(''), get.replace('Host: a', 'Host: 1.2.3.999'))).status === 400,
  ],
];

describe('what the package promises', () => {
  it.each(sentences)('%s', async (_sentence, holds) => {
    await expect(holds()).resolves.toBe(true);
  });
});
