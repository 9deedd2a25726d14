import {
  HttpBadRequestFeature,
  HttpMaxRequestBodySizeFeature,
  HttpRequestBodyFeature,
  type RequestHandler,
} from '@windhover/http';
import { expect, it } from 'vitest';
import { deferred } from '../test-support/deferred.ts';
import { everyProtocol } from '../test-support/hosts/every-host.ts';
import { turns } from '../test-support/turns.ts';
import { until } from '../test-support/until.ts';

const echo: RequestHandler = async ({ request, response }) => response.send(await request.bytes());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const pieces = async function* (...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield bytes(text);
    await turns();
  }
};

/** Content without an end: a byte, then nothing. */
const endless = async function* (): AsyncGenerator<Uint8Array> {
  yield bytes('a');
  await new Promise(() => {});
};

/** The codes with which a read may reject when the client has left. */
const codesAfterLeaving = (transport: string): readonly string[] =>
  // A TLS client always ends its side, which HTTP/1.1 treats as incomplete content.
  transport === 'TLS' ? ['HTTP_REQUEST_ABORTED', 'HTTP1_REQUEST_INCOMPLETE'] : ['HTTP_REQUEST_ABORTED'];

everyProtocol((host) => {
  it.each([
    ['of a known length', () => 'hello', 'hello'],
    ['in pieces', () => pieces('he', 'l', 'lo'), 'hello'],
    ['of length 0', () => '', ''],
    ['that ends without a piece', () => pieces(), ''],
    ['none', () => undefined, ''],
    ['1 MB', () => 'x'.repeat(1e6), 'x'.repeat(1e6)],
  ])('content %s is read whole, and the next request is answered', async (_title, content, text) => {
    const { client, applicationErrors } = await host.serve([echo]);
    const body = content();
    expect((await client.request({ method: 'POST', ...(body !== undefined && { body }) })).text).toBe(text);
    expect((await client.get('/next')).status).toBe(200);
    expect(applicationErrors).toEqual([]);
  });

  it('content in both directions at the same time', async () => {
    const { client } = await host.serve([
      async ({ request, response }) => {
        for await (const piece of request.body) await response.write(piece);
      },
    ]);
    const gate = deferred();
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('one');
      await gate.promise;
      yield bytes('two');
    };
    const { content } = await client.open({ method: 'POST', body: body() });
    const received = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await received.next()).value)).toBe('one');
    gate.resolve();
    expect(String((await received.next()).value)).toBe('two');
    expect((await received.next()).done).toBe(true);
  });

  it('trailers are available when the content has been read', async () => {
    const { client } = await host.serve([
      async ({ request, response }) => {
        const before = request.trailers;
        await request.bytes();
        response.json([
          before?.get('x-sum') ?? null,
          request.trailers?.get('X-Sum'),
          request.headers.get('x-sum') ?? null,
        ]);
      },
    ]);
    const headers: Record<string, string> = host.protocol === 'HTTP/2' ? {} : { trailer: 'x-sum' };
    const answer = await client.request({ method: 'POST', headers, body: pieces('a'), trailers: { 'x-sum': '97' } });
    expect(JSON.parse(answer.text)).toEqual([null, '97', null]);
  });

  it('100 (Continue) is sent when the handler reads', async () => {
    const { client } = await host.serve([echo]);
    const answer = await client.request({ method: 'POST', headers: { expect: '100-continue' }, body: 'hello' });
    expect([answer.status, answer.text]).toEqual([200, 'hello']);
  });

  it('a handler that does not read: the final status without 100', async () => {
    const { client } = await host.serve([({ response }) => void (response.statusCode = 403)]);
    const answer = await client.request({ method: 'POST', headers: { expect: '100-continue' }, body: 'hello' });
    expect([answer.status, answer.informational]).toEqual([403, []]);
  });

  it('another expectation: 417', async () => {
    const { client } = await host.serve([echo]);
    expect((await client.request({ headers: { expect: 'more' } })).status).toBe(417);
  });

  it('a second reader: HTTP_BODY_CONSUMED', async () => {
    const { client, applicationErrors } = await host.serve([
      async ({ request }) => {
        await request.bytes();
        await request.text();
      },
    ]);
    expect((await client.request({ method: 'POST', body: 'x' })).status).toBe(500);
    expect(applicationErrors).toMatchObject([{ code: 'HTTP_BODY_CONSUMED' }]);
  });

  it('reading after the request: HTTP_BODY_TOO_LATE', async () => {
    let late: HttpRequestBodyFeature | undefined;
    const { client } = await host.serve([
      ({ features, response }) => {
        late = features.require(HttpRequestBodyFeature);
        response.send('early');
      },
    ]);
    expect((await client.request({ method: 'POST', body: 'hello' })).text).toBe('early');
    await until(() => {
      try {
        return (late!.read(), false);
      } catch (error) {
        return (error as { code: string }).code === 'HTTP_BODY_TOO_LATE';
      }
    });
  });

  it.each([
    ['at the limit', '12345', 200],
    ['one byte above it', '123456', 413],
  ])('maxRequestBodySize, content of a known length %s: %3$i', async (_title, body, status) => {
    const { client, applicationErrors } = await host.serve([echo], undefined, { limits: { maxRequestBodySize: 5 } });
    expect((await client.request({ method: 'POST', body })).status).toBe(status);
    expect(applicationErrors).toEqual([]);
  });

  it('maxRequestBodySize, content in pieces above it: 413, and the error is a feature', async () => {
    let code: string | undefined;
    const { client } = await host.serve(
      [
        async (context, next) => {
          try {
            await next(context);
          } finally {
            code = context.features.get(HttpBadRequestFeature)?.error.code;
          }
        },
        echo,
      ],
      undefined,
      { limits: { maxRequestBodySize: 50 } },
    );
    const answer = await client.request({ method: 'POST', body: pieces('x'.repeat(30), 'x'.repeat(30)) });
    expect([answer.status, code]).toEqual([413, expect.stringMatching(/^HTTP[12]_CONTENT_TOO_LARGE$/)]);
  });

  it('maxRequestBodySize can be changed for one request, until reading begins', async () => {
    const { client, applicationErrors } = await host.serve(
      [
        async (context) => {
          const limit = context.features.require(HttpMaxRequestBodySizeFeature);
          limit.maxRequestBodySize = null;
          await echo(context);
          expect(limit.isReadOnly).toBe(true);
          expect(() => (limit.maxRequestBodySize = 1)).toThrow(
            expect.objectContaining({ code: 'HTTP_LIMIT_READ_ONLY' }),
          );
        },
      ],
      undefined,
      { limits: { maxRequestBodySize: 5 } },
    );
    expect((await client.request({ method: 'POST', body: '12345678' })).text).toBe('12345678');
    expect(applicationErrors).toEqual([]);
  });

  it('maxRequestBodySize can be raised after content above it has arrived', async () => {
    const { client, applicationErrors } = await host.serve(
      [
        async (context) => {
          await turns();
          context.features.require(HttpMaxRequestBodySizeFeature).maxRequestBodySize = null;
          await echo(context);
        },
      ],
      undefined,
      { limits: { maxRequestBodySize: 5 } },
    );
    const body = 'abcdefghij'.repeat(1000);
    expect((await client.request({ method: 'POST', body: pieces(...body.match(/.{1,1000}/g)!) })).text).toBe(body);
    expect(applicationErrors).toEqual([]);
  });

  it('a read that waits when the response has ended: HTTP_BODY_TOO_LATE', async () => {
    const read = deferred<unknown>();
    const { client } = await host.serve([
      ({ request, response }) => {
        request.bytes().then(read.resolve, read.resolve);
        response.send('early');
      },
    ]);
    const gate = deferred();
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('a');
      await gate.promise;
      yield bytes('b');
    };
    const { content } = await client.open({ method: 'POST', body: body() });
    for await (const piece of content) expect(String(piece)).toBe('early');
    gate.resolve();
    expect(await read.promise).toMatchObject({ code: 'HTTP_BODY_TOO_LATE' });
  });

  it('a client that has left before the handler reads: the read rejects', async () => {
    const error = deferred<unknown>();
    const { client } = await host.serve([
      async ({ request, response, signal }) => {
        await response.write('started');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await request.bytes().then(error.resolve, error.resolve);
      },
    ]);
    const { leave } = await client.open({ method: 'POST', body: endless() });
    leave();
    expect(codesAfterLeaving(host.transport)).toContain(((await error.promise) as { code: string }).code);
  });

  it('a client that leaves while it sends: the read rejects, and nothing is reported', async () => {
    const error = deferred<unknown>();
    const { client, applicationErrors } = await host.serve([
      async ({ request, response }) => {
        await response.write('started');
        try {
          await request.bytes();
        } catch (caught) {
          error.resolve(caught);
          throw caught;
        }
      },
    ]);
    const { leave } = await client.open({ method: 'POST', body: endless() });
    leave();
    expect(codesAfterLeaving(host.transport)).toContain(((await error.promise) as { code: string }).code);
    expect(applicationErrors).toEqual([]);
  });
});
