import {
  HttpBadRequestFeature,
  type HttpContext,
  HttpMaxRequestBodySizeFeature,
  HttpRequestBodyFeature,
  HttpRequestTrailersFeature,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { chunked, get, post, serve, settled } from './support/exchange-harness.ts';

const echo = async ({ request, response }: HttpContext): Promise<void> => response.send(await request.bytes());
const statuses = (sent: string): string[] => sent.match(/(?<=^|\n|\})HTTP\/1\.1 \d{3}/g)?.map((s) => s.slice(-3)) ?? [];

describe('request content', () => {
  it.each([
    ['Content-Length', post('hello')],
    ['chunked', chunked('2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n')],
    ['Content-Length 0', post('')],
    ['chunked and empty', chunked('0\r\n\r\n')],
    ['none', get()],
  ])('%s: the handler reads it whole, in any segmentation, and the next request follows', async (name, request) => {
    const content = name.includes('0') || name.includes('empty') || name === 'none' ? '' : 'hello';
    const follow = get('/next');
    const whole = request + follow;
    for (let cut = 1; cut < whole.length; cut++) {
      const harness = serve(echo);
      harness.receive(whole.slice(0, cut));
      await settled();
      harness.receive(whole.slice(cut));
      await settled();
      const expected = `HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\n${content}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`;
      expect(harness.sent()).toBe(expected);
    }
  });

  it('byte by byte', async () => {
    const harness = serve(echo);
    for (const byte of chunked('5;a="b"\r\nhello\r\n0\r\nX-T: v\r\n\r\n')) {
      harness.receive(byte);
      await Promise.resolve();
    }
    await settled();
    expect(harness.sent()).toMatch(/hello$/);
  });

  it('a read is synchronous when the content is there', () => {
    const pieces: string[] = [];
    const harness = serve((context) => {
      const body = context.features.require(HttpRequestBodyFeature);
      for (let piece = body.read(); piece instanceof Uint8Array; piece = body.read()) {
        pieces.push(Buffer.from(piece).toString());
      }
    });
    harness.receive(post('hello'));
    expect(pieces).toEqual(['hello']);
  });

  it('trailers are there once the content has been read, and not before', async () => {
    const seen: unknown[] = [];
    const harness = serve(async (context) => {
      const feature = context.features.require(HttpRequestTrailersFeature);
      seen.push(feature.available);
      await context.request.bytes();
      seen.push(feature.available, feature.trailers.get('x-t'), context.request.headers.get('x-t'));
    });
    harness.receive(chunked('1\r\na\r\n0\r\nX-T: v\r\n\r\n'));
    await settled();
    expect(seen).toEqual([false, true, 'v', undefined]);
  });

  it('a request that is over does not see the trailers of the next one', async () => {
    const contexts: HttpContext[] = [];
    const harness = serve(async (context) => {
      contexts.push(context);
      await context.request.bytes();
    });
    harness.receive(chunked('0\r\n\r\n'));
    await settled();
    harness.receive(chunked('0\r\nX-T: next\r\n\r\n'));
    await settled();
    expect(contexts.map(({ request }) => request.trailers?.get('x-t'))).toEqual([undefined, 'next']);
  });

  it('a second reader: HTTP_BODY_CONSUMED', async () => {
    const harness = serve(async ({ request }) => {
      await request.bytes();
      await request.text();
    });
    harness.receive(post('x'));
    await settled();
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_BODY_CONSUMED' }]);
  });

  it('a read after the end of the request: HTTP_BODY_TOO_LATE', async () => {
    let late!: HttpRequestBodyFeature;
    const harness = serve((context) => {
      late = context.features.require(HttpRequestBodyFeature);
    });
    harness.receive(post('hello').slice(0, -1));
    expect(() => late.read()).toThrow(expect.objectContaining({ code: 'HTTP_BODY_TOO_LATE' }));
  });

  it('a read after the end of the request, which dropped all content: HTTP_BODY_TOO_LATE', async () => {
    let late!: HttpRequestBodyFeature;
    const harness = serve((context) => {
      late = context.features.require(HttpRequestBodyFeature);
    });
    harness.receive(post('hello'));
    await settled();
    expect(() => late.read()).toThrow(expect.objectContaining({ code: 'HTTP_BODY_TOO_LATE' }));
  });

  it('a kept context of a request that is over does not see the next one', async () => {
    const contexts: HttpContext[] = [];
    const harness = serve((context) => void contexts.push(context));
    harness.receive(get('/1', 'X: 1\r\n'));
    harness.receive(get('/22', 'Y: 2\r\nX: 3\r\n'));
    expect(contexts[0]!.request.headers.get('x')).toBe('1');
    expect(contexts[1]!.request.headers.get('x')).toBe('3');
    expect(contexts[0]!.request.path).toBe('/1');
    expect(() => contexts[0]!.response.send('late')).toThrow(expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }));
    expect(harness.sent().match(/HTTP/g)).toHaveLength(2);
  });
});

describe('content that is not well formed', () => {
  it.each([
    ['bad chunk size', chunked('x\r\n'), 'HTTP1_CHUNK_SIZE_INVALID'],
    ['data not terminated', chunked('1\r\nab'), 'HTTP1_CHUNK_DATA_UNTERMINATED'],
    ['forbidden trailer', chunked('0\r\nContent-Length: 1\r\n\r\n'), 'HTTP1_TRAILER_NOT_ALLOWED'],
  ])('%s: 400 out of the read, then the connection ends', async (_name, request, code) => {
    const harness = serve(echo);
    harness.receive(request + get('/smuggled'));
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.badRequests).toMatchObject([{ code }]);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('a handler that catches it answers what it likes, and the connection still ends', async () => {
    const harness = serve(async ({ request, response }) => {
      await request.bytes().catch(() => {});
      response.statusCode = 422;
    });
    harness.receive(chunked('x\r\n') + get('/smuggled'));
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 422 Unprocessable Content\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('the error is a feature of the exchange', async () => {
    let code: string | undefined;
    const harness = serve(async (context) => {
      await context.request.bytes().catch(() => {});
      code = context.features.get(HttpBadRequestFeature)?.error.code;
    });
    harness.receive(chunked('x\r\n'));
    await settled();
    expect(code).toBe('HTTP1_CHUNK_SIZE_INVALID');
  });

  it('the peer ends in the middle: 400 HTTP1_REQUEST_INCOMPLETE', async () => {
    const harness = serve(echo);
    harness.receive(post('hello').slice(0, -2));
    await settled();
    harness.connection.receiver.ended();
    await settled();
    expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_REQUEST_INCOMPLETE' }]);
    expect(statuses(harness.sent())).toEqual(['400']);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('the peer goes in the middle: the read rejects with HTTP_REQUEST_ABORTED, nothing is reported', async () => {
    let caught: unknown;
    const harness = serve(async ({ request }) => {
      try {
        await request.bytes();
      } catch (error) {
        caught = error;
        throw error;
      }
    });
    harness.receive(post('hello').slice(0, -2));
    await settled();
    harness.connection.close(new Error('reset'));
    await settled();
    expect(caught).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    expect(harness.applicationErrors).toEqual([]);
  });
});

describe('maxRequestBodySize', () => {
  const limits = { maxRequestBodySize: 5 };

  it.each([
    ['Content-Length at the limit', post('12345'), '200'],
    ['Content-Length one over', post('123456'), '413'],
    ['chunks, with their framing, at the limit', chunked('0\r\n\r\n'), '200'],
    ['chunks over', chunked('6\r\n123456\r\n0\r\n\r\n'), '413'],
  ])('%s: %3$s', async (_name, request, status) => {
    const harness = serve(echo, { limits });
    harness.receive(request);
    await settled();
    expect(statuses(harness.sent())).toEqual([status]);
    expect(harness.connection.hasEnded).toBe(status === '413');
  });

  it('is changed for one request before reading begins, and not after', async () => {
    const harness = serve(
      async (context) => {
        const feature = context.features.require(HttpMaxRequestBodySizeFeature);
        feature.maxRequestBodySize = null;
        await echo(context);
        expect(feature.isReadOnly).toBe(true);
        expect(() => (feature.maxRequestBodySize = 1)).toThrow(
          expect.objectContaining({ code: 'HTTP_LIMIT_READ_ONLY' }),
        );
      },
      { limits },
    );
    harness.receive(post('12345678'));
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('of a later request cannot be changed by the handler of an earlier one', async () => {
    const features: HttpMaxRequestBodySizeFeature[] = [];
    const harness = serve(async (context) => {
      features.push(context.features.require(HttpMaxRequestBodySizeFeature));
      await turns();
      await echo(context);
    });
    harness.receive(get());
    await until(() => statuses(harness.sent()).length === 1);
    harness.receive(post('12345'));
    features[0]!.maxRequestBodySize = 1;
    expect(features[1]!.maxRequestBodySize).toBe(30_000_000);
    await until(() => harness.sent().endsWith('12345'));
  });

  it('a handler that does not read is not disturbed by it; the connection ends', async () => {
    const harness = serve(({ response }) => response.send('early'), { limits });
    harness.receive(post('123456') + get('/next'));
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
    expect(harness.connection.hasEnded).toBe(true);
  });
});

describe('maxRequestBufferSize: unread content stays with the client', () => {
  it('the connection is paused above it, and resumed when the application reads', async () => {
    let go!: () => void;
    const wait = new Promise<void>((resolve) => (go = resolve));
    const harness = serve(
      async (context) => {
        await wait;
        await echo(context);
      },
      { limits: { maxRequestBufferSize: 40_000 } },
    );
    const content = 'x'.repeat(100_000);
    const request = post(content);
    harness.receive(request.slice(0, 30_000));
    expect(harness.connection.isPaused).toBe(false);
    harness.receive(request.slice(30_000, 60_000));
    expect(harness.connection.isPaused).toBe(true);
    go();
    await settled();
    expect(harness.connection.isPaused).toBe(false);
    harness.receive(request.slice(60_000));
    await settled();
    expect(harness.sent().endsWith(content)).toBe(true);
  });
});

describe('maxRequestBufferSize: the boundary', () => {
  const limits = { maxRequestBufferSize: 40_000 };

  it.each([
    [39_999, false],
    [40_000, true],
  ])('%i bytes of unread content, limit 40,000: paused is %j', (size, isPaused) => {
    const harness = serve(() => new Promise(() => {}), { limits });
    harness.receive(post('x'.repeat(50_000)).slice(0, size - 50_000));
    expect(harness.connection.isPaused).toBe(isPaused);
  });

  it('resumes when the content has been read to its end, while the handler still runs', async () => {
    const read = deferred();
    const done = deferred();
    const harness = serve(
      async ({ request }) => {
        await read.promise;
        await request.bytes();
        done.resolve();
        await new Promise(() => {});
      },
      { limits },
    );
    harness.receive(post('x'.repeat(40_000)));
    expect(harness.connection.isPaused).toBe(true);
    read.resolve();
    await done.promise;
    expect(harness.connection.isPaused).toBe(false);
  });
});

describe('a peer that sends requests and does not read the answers', () => {
  it('gets all of them, when it ended its side before it reads', async () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(10_000, 'x')));
    harness.connection.takesMore = false;
    harness.receive(get().repeat(20));
    harness.connection.receiver.ended();
    harness.connection.takesMore = true;
    harness.connection.receiver.drained();
    await until(() => harness.connection.hasEnded);
    expect(harness.sent().match(/HTTP\/1\.1 200/g)).toHaveLength(20);
    expect(harness.badRequests).toEqual([]);
  });

  it('is not answered any further until it reads, and loses nothing', async () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(10_000, 'x')));
    harness.connection.takesMore = false;
    harness.receive(get().repeat(100));
    harness.receive(get().repeat(100));
    expect(statuses(harness.sent()).length).toBeLessThan(20);
    expect(harness.connection.isPaused).toBe(true);
    harness.connection.takesMore = true;
    harness.connection.receiver.drained();
    await until(() => harness.sent().match(/HTTP\/1\.1 200/g)?.length === 200);
    expect(harness.connection.isPaused).toBe(false);
  });
});
