import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { describe, expect, it } from 'vitest';
import { FieldSection, HttpResponseBodyFeature, HttpResponseTrailersFeature } from '../src/index.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import type { FakeResponse } from './support/fake-exchange.ts';
import { fakeExchange } from './support/fake-exchange.ts';

describe('HttpResponse', () => {
  it('reads and changes the feature', () => {
    const { context, response } = fakeExchange();
    const shown = context.response;
    expect([shown.statusCode, shown.reasonPhrase, shown.contentType]).toEqual([200, '', undefined]);
    shown.statusCode = 201;
    shown.reasonPhrase = 'Made';
    shown.contentType = 'text/css';
    expect([response.statusCode, response.reasonPhrase, response.headers.get('content-type')]).toEqual([
      201,
      'Made',
      'text/css',
    ]);
    expect(shown.headers).toBe(response.headers);
    expect([shown.hasStarted, shown.hasEnded]).toEqual([false, false]);
    shown.end();
    expect([shown.hasStarted, shown.hasEnded, response.log]).toEqual([true, true, ['end']]);
  });

  it('callbacks go to the feature', () => {
    const { context, response } = fakeExchange();
    const callback = (): void => {};
    context.response.onStarting(callback);
    context.response.onCompleted(callback);
    expect([response.starting, response.completed]).toEqual([[callback], [callback]]);
  });

  it('trailers are those of the feature, an error without one', () => {
    const { context, features } = fakeExchange();
    const trailers = new FieldSection();
    features.set(HttpResponseTrailersFeature, { trailers });
    expect(context.response.trailers).toBe(trailers);
    features.set(HttpResponseTrailersFeature, undefined);
    expect(() => context.response.trailers).toThrow(expect.objectContaining({ code: 'FEATURE_MISSING' }));
  });
});

describe('write', () => {
  it('returns nothing while the peer keeps up', () => {
    const { context, response } = fakeExchange();
    expect(context.response.write('a')).toBeUndefined();
    expect(context.response.write(new Uint8Array([0x62]))).toBeUndefined();
    expect(response.log).toEqual(['a', 'b']);
  });

  it('returns a promise when it does not, kept when it does again', async () => {
    const { context, response } = fakeExchange();
    response.takesMore = false;
    const pending = context.response.write('a');
    expect(pending).toBeInstanceOf(Promise);
    response.releaseDrained();
    await expect(pending).resolves.toBeUndefined();
  });

  it('the promise rejects when the peer disconnects', async () => {
    const { context, response } = fakeExchange();
    response.takesMore = false;
    const pending = context.response.write('a');
    response.rejectDrained();
    await expect(pending).rejects.toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });
});

describe('send', () => {
  it('text: ended at once, as text/plain in UTF-8 unless a type is set', () => {
    const plain = fakeExchange();
    expect(plain.context.response.send('héllo')).toBeUndefined();
    expect(plain.response.log).toEqual(['héllo', 'end']);
    expect(plain.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');

    const html = fakeExchange();
    html.context.response.contentType = 'text/html';
    html.context.response.send('<p>');
    expect(html.response.headers.getAll('content-type')).toEqual(['text/html']);
  });

  it('text once the response has started: no type is set any more', () => {
    const { context, response } = fakeExchange();
    response.start();
    context.response.send('a');
    expect([response.log, response.headers.size]).toEqual([['a', 'end'], 0]);
  });

  it.each<[kind: string, bytes: Uint8Array]>([
    ['Uint8Array', new Uint8Array([0x61])],
    ['Buffer', Buffer.from('a')],
  ])('%s: ended at once, without a type', (_kind, bytes) => {
    const { context, response } = fakeExchange();
    expect(context.response.send(bytes)).toBeUndefined();
    expect([response.log, response.headers.size]).toEqual([['a', 'end'], 0]);
  });

  it.each<[kind: string, content: () => AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>]>([
    ['an array', () => ['a', Buffer.from('b'), 'c']],
    [
      'a generator',
      function* () {
        yield* ['a', 'b', 'c'];
      },
    ],
    [
      'an async generator',
      async function* () {
        yield 'a';
        await turns();
        yield* [Buffer.from('b'), 'c'];
      },
    ],
    ['a Node stream', () => Readable.from([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')])],
    ['a Node stream of text', () => Readable.from(['a', 'b', 'c'])],
    [
      'a web stream',
      () =>
        new ReadableStream<Uint8Array>({
          start(controller) {
            for (const piece of ['a', 'b', 'c']) controller.enqueue(new TextEncoder().encode(piece));
            controller.close();
          },
        }),
    ],
  ])('%s: piece by piece, then the end', async (_kind, content) => {
    const { context, response } = fakeExchange();
    await context.response.send(content());
    expect(response.log).toEqual(['a', 'b', 'c', 'end']);
  });

  it('no pieces, and empty ones: only the end', async () => {
    for (const content of [[], ['', new Uint8Array(0)]]) {
      const { context, response } = fakeExchange();
      await context.response.send(content);
      expect(response.log).toEqual(['end']);
    }
  });

  it('the next piece is not asked for before the peer has taken the last', async () => {
    const { context, response } = fakeExchange();
    response.takesMore = false;
    const asked: number[] = [];
    const pending = context.response.send(
      (function* () {
        for (let n = 1; n <= 2; n++) {
          asked.push(n);
          yield String(n);
        }
      })(),
    );
    await turns();
    expect([asked, response.log]).toEqual([[1], ['1', 'drained']]);
    response.releaseDrained();
    await turns();
    expect([asked, response.log]).toEqual([
      [1, 2],
      ['1', 'drained', '2', 'drained'],
    ]);
    response.releaseDrained();
    await pending;
    expect(response.log.at(-1)).toBe('end');
  });

  it('closes the source when the peer disconnects, and does not end the response', async () => {
    const { context, response } = fakeExchange();
    response.takesMore = false;
    const source = Readable.from(['a', 'b', 'c']);
    let isClosed = false;
    const pieces = (async function* () {
      try {
        yield* source as AsyncIterable<string>;
      } finally {
        isClosed = true;
      }
    })();
    const pending = context.response.send(pieces);
    await turns();
    response.rejectDrained();
    await expect(pending).rejects.toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    expect([isClosed, source.destroyed, response.hasEnded]).toEqual([true, true, false]);
    expect(response.log).toEqual(['a', 'drained']);
  });

  it('rejects with an error of the source, and does not end the response', async () => {
    const { context, response } = fakeExchange();
    const failing = async function* (): AsyncGenerator<string> {
      yield 'a';
      await Promise.reject(new RangeError('source'));
    };
    await expect(context.response.send(failing())).rejects.toThrow(RangeError);
    expect([response.log, response.hasEnded]).toEqual([['a'], false]);
  });

  it.each([5, true, null, undefined, {}, () => 'a'])('%s: HTTP_CONTENT_UNSUPPORTED, and nothing is sent', (content) => {
    const { context, response } = fakeExchange();
    expect(() => context.response.send(content as string)).toThrow(
      expect.objectContaining({ code: 'HTTP_CONTENT_UNSUPPORTED' }),
    );
    expect(response.log).toEqual([]);
  });

  it.each([[[1, 2]], [[{}]], [[null]], [[undefined]], [['ok', 5]]])(
    'pieces that are neither text nor bytes, %j: HTTP_CONTENT_UNSUPPORTED, and no end',
    async (content) => {
      const { context, response } = fakeExchange();
      await expect(context.response.send(content as unknown as string[])).rejects.toMatchObject({
        code: 'HTTP_CONTENT_UNSUPPORTED',
      });
      expect(response.hasEnded).toBe(false);
    },
  );
});

describe('json', () => {
  it.each([
    [{ a: [1, null] }, '{"a":[1,null]}'],
    ['text', '"text"'],
    [null, 'null'],
    [false, 'false'],
  ])('%j', (value, text) => {
    const { context, response } = fakeExchange();
    context.response.json(value);
    expect([response.log, response.headers.get('content-type')]).toEqual([[text, 'end'], 'application/json']);
  });

  it('keeps a type that is set', () => {
    const { context, response } = fakeExchange();
    context.response.contentType = 'application/problem+json';
    context.response.json({});
    expect(response.headers.getAll('content-type')).toEqual(['application/problem+json']);
  });

  it('once the response has started: no type is set any more', () => {
    const { context, response } = fakeExchange();
    response.start();
    context.response.json(1);
    expect(response.log).toEqual(['1', 'end']);
  });

  it.each([undefined, () => 1, Symbol('s')])(
    'what has no JSON: HTTP_CONTENT_UNSUPPORTED, and nothing changes',
    (value) => {
      const { context, response } = fakeExchange();
      expect(() => context.response.json(value)).toThrow(expect.objectContaining({ code: 'HTTP_CONTENT_UNSUPPORTED' }));
      expect([response.log, response.headers.size]).toEqual([[], 0]);
    },
  );
});

describe('redirect', () => {
  it.each([
    [undefined, 302],
    [301, 301],
    [308, 308],
  ])('with %s: %i, a Location and no content', (given, statusCode) => {
    const { context, response } = fakeExchange();
    context.response.redirect('/there', given);
    expect([response.statusCode, response.headers.get('location'), response.log]).toEqual([
      statusCode,
      '/there',
      ['end'],
    ]);
  });

  it('a location that would make another line: refused, not ended', () => {
    const { context, response } = fakeExchange();
    expect(() => context.response.redirect('/a\r\nset-cookie: b')).toThrow(
      expect.objectContaining({ code: 'HTTP_FIELD_VALUE_INVALID' }),
    );
    expect(response.log).toEqual([]);
  });
});

describe('a body that middleware puts in front', () => {
  const shouting = (inner: FakeResponse): HttpResponseBodyFeature => ({
    get hasEnded() {
      return inner.hasEnded;
    },
    start: () => inner.start(),
    write: (content) => inner.write(String(content).toUpperCase()),
    drained: () => inner.drained(),
    end: (content) => inner.end(content === undefined ? undefined : String(content).toUpperCase()),
  });

  it('takes the writes from then on, also while the request runs', () => {
    const { context, features, response } = fakeExchange();
    void context.response.write('plain');
    features.set(HttpResponseBodyFeature, shouting(response));
    void context.response.write('loud');
    features.set(HttpResponseBodyFeature, response);
    context.response.send('plain again');
    expect(response.log).toEqual(['plain', 'LOUD', 'plain again', 'end']);
  });

  it('takes the pieces that are still to come', async () => {
    const { context, features, response } = fakeExchange();
    const pieces = function* (): Generator<string> {
      yield 'plain';
      features.set(HttpResponseBodyFeature, shouting(response));
      yield 'loud';
    };
    await context.response.send(pieces());
    expect(response.log).toEqual(['plain', 'LOUD', 'end']);
  });
});
