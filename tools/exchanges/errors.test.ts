import { text } from 'node:stream/consumers';
import { type HttpContext, HttpProblem, type RequestHandler } from '@windhover/http';
import { expect, it } from 'vitest';
import { deferred } from '../test-support/deferred.ts';
import { everyProtocol } from '../test-support/hosts/every-host.ts';
import { turns } from '../test-support/turns.ts';
import { until } from '../test-support/until.ts';

const failure = new Error('broken');

const failing = async function* (): AsyncGenerator<string> {
  yield 'a';
  await turns(2);
  throw failure;
};

everyProtocol((host) => {
  /** Serves the handler, and another path that shows whether the server still answers. */
  const serve = (handler: RequestHandler): ReturnType<typeof host.serve> =>
    host.serve([(context) => (context.request.path === '/next' ? context.response.send('next') : handler(context))]);

  it.each<[title: string, handler: RequestHandler, status: number, isReported: boolean]>([
    [
      'thrown',
      () => {
        throw failure;
      },
      500,
      true,
    ],
    ['rejected', () => Promise.reject(failure), 500, true],
    [
      'thrown by an onStarting callback',
      ({ response }) =>
        response.onStarting(() => {
          throw failure;
        }),
      500,
      true,
    ],
    [
      'of the client, thrown',
      () => {
        throw new HttpProblem(404, 'no such thing');
      },
      404,
      false,
    ],
    [
      'of a source before its first piece',
      ({ response }) =>
        response.send(
          // oxlint-disable-next-line require-yield
          (async function* (): AsyncGenerator<string> {
            await turns();
            throw failure;
          })(),
        ),
      500,
      true,
    ],
  ])(
    'an error %s before the head: its status, and the next request is answered',
    async (_title, handler, status, isReported) => {
      const { client, applicationErrors } = await serve(handler);
      expect((await client.get('/')).status).toBe(status);
      expect((await client.get('/next')).text).toBe('next');
      expect(applicationErrors).toEqual(isReported ? [failure] : []);
    },
  );

  it('details go to clients that accept JSON', async () => {
    const { client } = await serve(() => {
      throw new HttpProblem(409, 'taken');
    });
    const { headers, text } = await client.get('/', { accept: 'application/json' });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text)).toMatchObject({ status: 409, detail: 'taken' });
  });

  it.each(['application/json', 'text/plain'])('RFC 9110 12.5.5 a 404 for Accept: %s has Vary', async (accept) => {
    const { client } = await serve(({ response }) => void (response.statusCode = 404));
    expect(await client.get('/', { accept })).toMatchObject({ status: 404, headers: { vary: 'accept' } });
  });

  it.each<[title: string, handler: RequestHandler]>([
    [
      'thrown',
      async ({ response }) => {
        await response.write('a');
        await turns(2);
        throw failure;
      },
    ],
    ['of a source', ({ response }) => response.send(failing())],
    ['of a source that is not awaited', ({ response }) => void response.send(failing())],
  ])('an error %s after the head: the content does not end as if it were complete', async (_title, handler) => {
    const { client, applicationErrors } = await serve(handler);
    await expect(client.get('/')).rejects.toBeInstanceOf(Error);
    expect((await client.get('/next')).text).toBe('next');
    expect(applicationErrors).toEqual([failure]);
  });

  it.each<[title: string, handler: (context: HttpContext) => unknown]>([
    [
      'more content than its length',
      ({ response }) => {
        response.headers.set('content-length', 3);
        void response.write('ab');
        void response.write('cd');
      },
    ],
    [
      'less content than its length',
      async ({ response }) => {
        response.headers.set('content-length', 3);
        await response.write('ab');
        await turns(2);
      },
    ],
  ])('%s: HTTP_CONTENT_LENGTH_MISMATCH, and no response that looks complete', async (_title, handler) => {
    const { client, applicationErrors } = await serve(handler as RequestHandler);
    const answer = await client.get('/').then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect(answer === 500 || answer === 'cut off').toBe(true);
    expect(applicationErrors).toMatchObject([{ code: 'HTTP_CONTENT_LENGTH_MISMATCH' }]);
    expect((await client.get('/next')).text).toBe('next');
  });

  it('an error after the response: reported, and the response stays', async () => {
    const { client, applicationErrors } = await serve(({ response }) => {
      response.send('sent');
      throw failure;
    });
    expect((await client.get('/')).text).toBe('sent');
    await until(() => applicationErrors.length === 1);
    expect((await client.get('/next')).text).toBe('next');
  });

  it('a client that leaves: the signal aborts, writing rejects, sources are closed, nothing is reported', async () => {
    const aborted = deferred<unknown>();
    const closed = deferred();
    const { client, applicationErrors } = await serve(async ({ response, signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            yield new Uint8Array(1000);
            await turns();
          }
        } finally {
          closed.resolve();
        }
      };
      await response.send(endless());
    });
    const { leave } = await client.open();
    leave();
    expect(await aborted.promise).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    await closed.promise;
    expect((await client.get('/next')).text).toBe('next');
    expect(applicationErrors).toEqual([]);
  });

  it.runIf(host.protocol === 'HTTP/1.1')(
    'a client that ends its side: the signal aborts, and the response is still received',
    async () => {
      const aborted = deferred<unknown>();
      const { client, applicationErrors } = await serve(async ({ response, signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason));
        await response.write('begun,');
        await aborted.promise;
        await response.send(
          (async function* () {
            for (const piece of ['still', ' sent']) {
              yield piece;
              await turns();
            }
          })(),
        );
      });
      const { content, end } = await client.open();
      end!();
      expect(await aborted.promise).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
      expect(await text(content)).toBe('begun,still sent');
      expect(applicationErrors).toEqual([]);
    },
  );

  it('context.abort(): the client gets no response', async () => {
    const { client, applicationErrors } = await serve((context) => context.abort());
    await expect(client.get('/')).rejects.toBeInstanceOf(Error);
    expect(applicationErrors).toEqual([]);
  });
});
