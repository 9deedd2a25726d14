import { Readable } from 'node:stream';
import type { RequestDelegate } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { type Harness, get, serve } from './support/exchange-harness.ts';

/** Serves the handler at every path but `/next`, and looks whether the connection still answers in order. */
const serveThenNext = (handler: RequestDelegate): Harness =>
  serve((context) => (context.request.path === '/next' ? context.response.send('next') : handler(context)));

const nextAnswer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 4\r\n\r\nnext';
const emptyError = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n';

describe('a stream that the handler neither returns nor awaits', () => {
  it('that ends: the whole response, and then the next request', async () => {
    const gate = deferred();
    const harness = serveThenNext(({ response }) => {
      const pieces = async function* () {
        yield 'a';
        await gate.promise;
        yield 'b';
      };
      void response.send(pieces());
    });
    harness.receive(get('/') + get('/next'));
    await turns(5);
    expect(harness.next()).toBe('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n');
    gate.resolve();
    await turns(5);
    expect(harness.next()).toBe(`1\r\nb\r\n0\r\n\r\n${nextAnswer}`);
  });

  it('that fails midway: the message ends without its terminator, and the error is reported once', async () => {
    const failure = new Error('source');
    const gate = deferred();
    const harness = serveThenNext(({ response }) => {
      const pieces = async function* () {
        yield 'a';
        await gate.promise;
        throw failure;
      };
      void response.send(pieces());
    });
    harness.receive(get('/') + get('/next'));
    await turns(5);
    gate.resolve();
    await turns(5);
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n');
    expect(harness.connection.isAborted).toBe(true);
    expect(harness.applicationErrors).toEqual([failure]);
  });

  it('that fails before its first piece: 500, and the error is reported once', async () => {
    const failure = new Error('source');
    const harness = serveThenNext(({ response }) => {
      // oxlint-disable-next-line require-yield
      const pieces = async function* (): AsyncGenerator<string> {
        await turns();
        throw failure;
      };
      void response.send(pieces());
    });
    harness.receive(get('/') + get('/next'));
    await turns(6);
    expect(harness.sent()).toBe(emptyError + nextAnswer);
    expect(harness.applicationErrors).toEqual([failure]);
  });

  it('that fails, and whose handler awaits it and answers itself: that answer alone', async () => {
    const harness = serveThenNext(async ({ response }) => {
      try {
        await response.send(Readable.from([Promise.reject(new Error('source'))]));
      } catch {
        response.statusCode = 502;
      }
    });
    harness.receive(get('/') + get('/next'));
    await turns(6);
    expect(harness.sent()).toBe(`HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n${nextAnswer}`);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('that fails midway, and whose handler swallows the error: reported, and cut off', async () => {
    const failure = new Error('source');
    const harness = serveThenNext(async ({ response }) => {
      const pieces = async function* () {
        yield 'a';
        await turns(2);
        throw failure;
      };
      await Promise.resolve(response.send(pieces())).catch(() => {});
    });
    harness.receive(get('/'));
    await turns(8);
    expect(harness.sent()).not.toContain('0\r\n\r\n');
    expect(harness.connection.isAborted).toBe(true);
    expect(harness.applicationErrors).toEqual([failure]);
  });
});

describe('a source that has nothing to send when the client leaves', () => {
  it('a Node stream is destroyed', async () => {
    const source = new Readable({ read: () => {} });
    const harness = serve(({ response }) => response.send(source));
    harness.receive(get());
    await turns(2);
    harness.connection.close(new Error('reset'));
    expect(source.destroyed).toBe(true);
    await turns(3);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('a web stream is cancelled, with or without a read that waits', async () => {
    let reason: unknown;
    const source = new ReadableStream({ cancel: (given) => void (reason = given ?? 'cancelled') });
    const harness = serve(({ response }) => response.send(source));
    harness.receive(get());
    await turns(2);
    harness.connection.close(new Error('reset'));
    await turns(1);
    expect(reason).toBe('cancelled');
    expect(harness.applicationErrors).toEqual([]);
  });

  it('a generator that waits for the client to read: its finally blocks run', async () => {
    const log: string[] = [];
    const harness = serve(({ response }) => {
      const pieces = async function* () {
        try {
          for (;;) yield 'x'.repeat(10_000);
        } finally {
          log.push('finally');
        }
      };
      return response.send(pieces());
    });
    harness.connection.takesMore = false;
    harness.receive(get());
    await turns(3);
    expect(log).toEqual([]);
    harness.connection.close(new Error('reset'));
    await turns(2);
    expect(log).toEqual(['finally']);
  });

  it('an iterator whose next never settles has its return called, and the exchange is over', async () => {
    const log: string[] = [];
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<string>>(() => {}),
        return: () => {
          log.push('return');
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    const harness = serve(({ response }) => {
      response.onCompleted(() => void log.push('completed'));
      return response.send(source);
    });
    harness.receive(get());
    await turns(2);
    harness.connection.close(new Error('reset'));
    await turns(2);
    expect(log).toEqual(['return', 'completed']);
  });

  it('a generator that waits for the signal of the request runs its finally blocks', async () => {
    const log: string[] = [];
    const harness = serve(({ response, signal }) => {
      const pieces = async function* () {
        try {
          yield 'first';
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
        } finally {
          log.push('finally');
        }
      };
      return response.send(pieces());
    });
    harness.receive(get());
    await turns(3);
    harness.connection.close(new Error('reset'));
    await turns(3);
    expect(log).toEqual(['finally']);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('sent after the client has left: closed without a read', async () => {
    const gate = deferred();
    const source = new Readable({ read: () => {} });
    const harness = serve(async ({ response }) => {
      await gate.promise;
      return response.send(source);
    });
    harness.receive(get());
    harness.connection.close(new Error('reset'));
    gate.resolve();
    await turns(3);
    expect(source.destroyed).toBe(true);
    expect(harness.applicationErrors).toEqual([]);
  });

  it('left by a handler that fails: closed with the response', async () => {
    const source = new Readable({ read: () => {} });
    const harness = serve(({ response }) => {
      void response.send(source);
      throw new Error('handler');
    });
    harness.receive(get());
    await turns(2);
    expect(harness.sent()).toBe(emptyError);
    expect(source.destroyed).toBe(true);
  });

  it('a piece that cannot be sent closes it, too', async () => {
    const source = Readable.from([5, 6], { objectMode: true });
    const harness = serve(({ response }) => response.send(source));
    harness.receive(get());
    await turns(4);
    expect(source.destroyed).toBe(true);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_CONTENT_UNSUPPORTED' }]);
  });
});
