import { Readable } from 'node:stream';
import {
  type HttpContext,
  HttpInformationalFeature,
  HttpResponseBodyFeature,
  HttpUpgradeFeature,
  type RequestDelegate,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { type Harness, get, serve } from './support/exchange-harness.ts';

const body = (context: HttpContext): HttpResponseBodyFeature => context.features.require(HttpResponseBodyFeature);

/** Serves the handler at every path but `/next`, and looks whether the connection still answers in order. */
const serveThenNext = (handler: RequestDelegate): Harness =>
  serve((context) => (context.request.path === '/next' ? context.response.send('next') : handler(context)));

const nextAnswer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 4\r\n\r\nnext';
const emptyError = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n';

describe('an onStarting callback that does more than change the head', () => {
  const acts: [name: string, act: (context: HttpContext) => void][] = [
    ['writes', (context) => void context.response.write('x')],
    ['sends', ({ response }) => response.send('x')],
    ['sends JSON', ({ response }) => response.json({})],
    ['ends', ({ response }) => response.end()],
    ['starts', (context) => body(context).start()],
    ['clears', ({ response }) => response.clear()],
    ['redirects', ({ response }) => response.redirect('/')],
    ['sends 103', ({ features }) => features.require(HttpInformationalFeature).sendInformational(103, [])],
  ];
  const starts: [name: string, handler: RequestDelegate][] = [
    ['send', ({ response }) => response.send('content')],
    ['nothing', () => {}],
    ['a stream', ({ response }) => response.send(Readable.from(['a', 'b']))],
    [
      'two writes',
      ({ response }) => {
        void response.write('a');
        void response.write('b');
      },
    ],
  ];
  const cases = acts.flatMap(([act, callback]) =>
    starts.map(([start, handler]) => ({ act, callback, start, handler })),
  );

  it.each(cases)('$act, in a response started by $start: 500, and the connection stays in order', async (each) => {
    const harness = serveThenNext((context) => {
      context.response.onStarting(() => each.callback(context));
      return each.handler(context);
    });
    harness.receive(get('/') + get('/next'));
    await turns(5);
    expect(harness.sent()).toBe(emptyError + nextAnswer);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_ON_STARTING_INVALID' }]);
  });

  it('upgrades: 500, and the connection stays with HTTP', async () => {
    const harness = serveThenNext((context) => {
      context.response.onStarting(() => void context.features.require(HttpUpgradeFeature).upgrade('x'));
      context.response.send('content');
    });
    harness.receive(get('/', 'Connection: upgrade\r\nUpgrade: x\r\n') + get('/next'));
    await turns(5);
    expect(harness.sent()).toBe(emptyError + nextAnswer);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_ON_STARTING_INVALID' }]);
  });

  it('swallows the error of its own write: the response goes out as the handler meant it', async () => {
    const harness = serveThenNext((context) => {
      context.response.onStarting(() => {
        try {
          void context.response.write('x');
        } catch {
          context.response.headers.set('x-changed', '1');
        }
      });
      context.response.send('content');
    });
    harness.receive(get('/') + get('/next'));
    await turns(2);
    expect(harness.sent()).toBe(
      'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\nx-changed: 1\r\ncontent-length: 7\r\n\r\ncontent' +
        nextAnswer,
    );
  });

  it.each<[how: string, callback: () => unknown]>([
    ['resolves', () => Promise.resolve()],
    ['rejects', () => Promise.reject(new Error('late'))],
  ])('is async and %s: 500, reported, and no unhandled rejection', async (_how, callback) => {
    const harness = serveThenNext(({ response }) => {
      response.onStarting(callback);
      response.send('content');
    });
    harness.receive(get('/') + get('/next'));
    // A rejection without a handler fails the test run after the turn in which it happens.
    await turns(5);
    expect(harness.sent()).toBe(emptyError + nextAnswer);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_ON_STARTING_INVALID' }]);
  });

  it('is refused by type when it is async', () => {
    const register = ({ response }: HttpContext): void => {
      // @ts-expect-error: the head cannot wait for a promise
      response.onStarting(async () => {});
      response.onStarting(() => response.headers.set('x', '1'));
      response.onStarting(() => 5);
    };
    expect(register).toBeTypeOf('function');
  });

  it('registers another callback: that one runs, too, before the head is sent', () => {
    const harness = serve(({ response }) => {
      response.onStarting(() => response.onStarting(() => response.headers.set('x-inner', '1')));
      response.end();
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\nx-inner: 1\r\ncontent-length: 0\r\n\r\n');
  });
});

describe('content that is neither text nor Uint8Array', () => {
  const bytes = [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68];
  const buffer = new Uint8Array(bytes).buffer;
  const shared = new SharedArrayBuffer(8);
  new Uint8Array(shared).set(bytes);
  const contents: [name: string, content: ArrayBufferView | ArrayBufferLike, text: string][] = [
    ['Uint16Array', new Uint16Array(buffer), 'abcdefgh'],
    ['Uint16Array of a part of its buffer', new Uint16Array(buffer, 2, 2), 'cdef'],
    ['Int8Array', new Int8Array(buffer), 'abcdefgh'],
    ['Uint8ClampedArray', new Uint8ClampedArray(buffer), 'abcdefgh'],
    ['Float64Array', new Float64Array(buffer), 'abcdefgh'],
    ['BigInt64Array', new BigInt64Array(buffer), 'abcdefgh'],
    ['DataView', new DataView(buffer, 1, 3), 'bcd'],
    ['ArrayBuffer', buffer, 'abcdefgh'],
    ['SharedArrayBuffer', shared, 'abcdefgh'],
    ['Buffer', Buffer.from(buffer), 'abcdefgh'],
  ];
  const ways: [name: string, way: (context: HttpContext, content: ArrayBufferView | ArrayBufferLike) => unknown][] = [
    ['send', ({ response }, content) => response.send(content)],
    ['one write', ({ response }, content) => response.write(content)],
    ['end of the body feature', (context, content) => body(context).end(content as Uint8Array)],
    ['write of the body feature', (context, content) => body(context).write(content as Uint8Array)],
  ];

  it.each(contents.flatMap(([type, content, text]) => ways.map(([how, way]) => ({ type, content, text, how, way }))))(
    '$type through $how: as many bytes as its length in bytes, and the next response follows',
    async ({ content, text, way }) => {
      const harness = serveThenNext((context) => void way(context, content));
      harness.receive(get('/') + get('/next'));
      await turns(2);
      expect(harness.sent()).toBe(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}${nextAnswer}`);
    },
  );

  it.each(contents)('%s in two writes: chunks of as many bytes', async (_type, content, text) => {
    const harness = serveThenNext(({ response }) => {
      void response.write('1');
      void response.write(content);
    });
    harness.receive(get('/') + get('/next'));
    await turns(2);
    expect(harness.sent()).toBe(
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n1\r\n${text.length}\r\n${text}\r\n0\r\n\r\n${nextAnswer}`,
    );
  });

  it.each(contents)('%s as a piece of a stream: all its bytes', async (_type, content, text) => {
    const harness = serveThenNext(({ response }) => response.send([content, content]));
    harness.receive(get('/'));
    await turns(5);
    expect(harness.sent()).toContain(`${text.length}\r\n${text}\r\n${text.length}\r\n${text}\r\n0\r\n\r\n`);
  });

  const wrong: [name: string, content: unknown, says: RegExp][] = [
    ['a number', 5, /received a number; .* response\.json\(value\)/],
    ['a boolean', true, /received a boolean/],
    ['null', null, /received null/],
    ['undefined', undefined, /received undefined; write a string or bytes/],
    ['an object', { length: 3 }, /received an object; .* response\.json\(value\)/],
    ['an array', [1, 2], /received an array; .* response\.json\(value\)/],
    ['a function', () => 'x', /received a function; call it/],
    ['a bigint', 5n, /received a bigint/],
  ];
  it.each(wrong)(
    'write of %s: HTTP_CONTENT_UNSUPPORTED with advice, and the connection stays in order',
    async (_what, content, says) => {
      const harness = serveThenNext(({ response }) => response.write(content as string));
      harness.receive(get('/') + get('/next'));
      await turns(2);
      expect(harness.sent()).toBe(emptyError + nextAnswer);
      expect(harness.applicationErrors).toMatchObject([
        { code: 'HTTP_CONTENT_UNSUPPORTED', message: expect.stringMatching(says) as string },
      ]);
    },
  );
});

describe('informational responses', () => {
  it.each([
    ['Content-Length', '5'],
    ['content-length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'close'],
  ])('with %s: HTTP_FIELD_NOT_ALLOWED, and nothing is sent', (name, value) => {
    const harness = serve(({ features }) => {
      const informational = features.require(HttpInformationalFeature);
      expect(() =>
        informational.sendInformational(103, [
          ['Link', '</a>'],
          [name, value],
        ]),
      ).toThrow(expect.objectContaining({ code: 'HTTP_FIELD_NOT_ALLOWED' }));
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    expect(harness.applicationErrors).toEqual([]);
  });
});

describe('a thrown value that cannot be looked at', () => {
  const ways: [name: string, fail: (value: unknown) => RequestDelegate][] = [
    [
      'thrown',
      (value) => () => {
        throw value;
      },
    ],
    // oxlint-disable-next-line prefer-promise-reject-errors
    ['rejected', (value) => () => Promise.reject(value)],
    [
      'thrown by onStarting',
      (value) =>
        ({ response }) => {
          response.onStarting(() => {
            throw value;
          });
        },
    ],
    [
      'thrown by a stream',
      (value) =>
        ({ response }) =>
          response.send({
            [Symbol.asyncIterator]: () => ({
              next: () => {
                throw value;
              },
            }),
          }),
    ],
  ];

  it.each(hostileValues.flatMap(([what, make]) => ways.map(([how, fail]) => ({ what, make, how, fail }))))(
    '$what, $how: 500, reported, and the connection stays in order',
    async ({ make, fail }) => {
      const value = make();
      const harness = serveThenNext(fail(value));
      harness.receive(get('/') + get('/next'));
      await turns(6);
      expect(harness.sent()).toBe(emptyError + nextAnswer);
      expect(harness.applicationErrors.map((error) => error === value)).toEqual([true]);
    },
  );

  it.each([undefined, null])('%s, thrown and rejected: 500, and an Error is reported', async (value) => {
    for (const [, fail] of ways) {
      const harness = serveThenNext(fail(value));
      harness.receive(get('/') + get('/next'));
      await turns(6);
      expect(harness.sent()).toBe(emptyError + nextAnswer);
      expect(harness.applicationErrors).toEqual([expect.any(Error)]);
    }
  });

  it.each(hostileValues)('%s after the head was sent: the connection is aborted', async (_what, make) => {
    const harness = serve((context) => {
      body(context).start();
      throw make();
    });
    harness.receive(get());
    await turns(2);
    expect(harness.connection.isAborted).toBe(true);
    expect(harness.applicationErrors.length).toBe(1);
  });

  it.each(hostileValues)('%s thrown by onCompleted: reported only', async (_what, make) => {
    const harness = serveThenNext(({ response }) => {
      response.onCompleted(() => {
        throw make();
      });
      // oxlint-disable-next-line prefer-promise-reject-errors
      response.onCompleted(() => Promise.reject(make()));
    });
    harness.receive(get('/') + get('/next'));
    await turns(3);
    expect(harness.sent()).toBe(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n${nextAnswer}`);
    expect(harness.applicationErrors.length).toBe(2);
  });
});
