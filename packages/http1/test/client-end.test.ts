import { setTimeout } from 'node:timers/promises';
import { ConnectionSocketFeature } from '@windhover/connections';
import { type HttpContext, HttpOutcomeFeature, HttpRequestLifetimeFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '../../../tools/test-support/deferred.ts';
import { type Harness, get, post, serve, settled } from './support/exchange-harness.ts';

const statuses = (sent: string): string[] => sent.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];

/** One exchange whose handler runs until the test releases it. */
class Running {
  readonly harness: Harness;
  readonly released: Deferred<void> = deferred();
  context!: HttpContext;

  constructor(answer: (context: HttpContext) => void | Promise<void>, request = get()) {
    this.harness = serve(async (context) => {
      if (context.request.target === '/first') return context.response.send('first');
      this.context = context;
      await this.released.promise;
      await answer(context);
    });
    this.harness.receive(request);
  }

  /** The client ends its side. */
  ended(): void {
    this.harness.connection.receiver.ended();
  }

  async release(): Promise<string> {
    this.released.resolve();
    for (let turn = 0; turn < 5; turn++) await settled();
    return this.harness.sent();
  }
}

const clientEnded = {
  code: 'HTTP_REQUEST_ABORTED',
  message: expect.stringContaining('ended its side') as string,
};

describe('a client that ends its side: the signal aborts, and the response is still sent', () => {
  it('a signal that was read before: aborts once, with a reason that says so', () => {
    const { context, harness } = new Running(() => {});
    const reasons: unknown[] = [];
    context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
    harness.connection.receiver.ended();
    harness.connection.close();
    expect(reasons).toMatchObject([clientEnded]);
  });

  it('a signal that is read later: has aborted', () => {
    const running = new Running(() => {});
    running.ended();
    expect(running.context.signal.aborted).toBe(true);
    expect(running.context.signal.reason).toMatchObject(clientEnded);
  });

  it('a signal that is read after the response: has not aborted', () => {
    const running = new Running(() => {});
    running.context.response.send('sent');
    running.ended();
    expect(running.context.signal.aborted).toBe(false);
  });

  it.each<[title: string, answer: (context: HttpContext) => void | Promise<void>, content: string]>([
    ['send', ({ response }) => response.send('late'), 'late'],
    [
      'write, before and after',
      async ({ response }) => {
        await response.write('la');
        await settled();
        await response.write('te');
      },
      '2\r\nla\r\n2\r\nte\r\n0\r\n\r\n',
    ],
    [
      'a generator',
      ({ response }) =>
        response.send(
          (async function* () {
            yield 'la';
            await settled();
            yield 'te';
          })(),
        ),
      '2\r\nla\r\n2\r\nte\r\n0\r\n\r\n',
    ],
  ])('%s: the whole response, then the end of the connection', async (_title, answer, content) => {
    const running = new Running(answer);
    expect(running.context.signal.aborted).toBe(false);
    running.ended();
    const sent = await running.release();
    expect(running.context.signal.aborted).toBe(true);
    expect(sent.endsWith(content)).toBe(true);
    expect(running.harness.connection.hasEnded).toBe(true);
    expect(running.harness.connection.isAborted).toBe(false);
  });

  it('content that was received completely can be read', async () => {
    const running = new Running(async ({ request, response }) => response.send(await request.text()), post('hello'));
    running.ended();
    expect(await running.release()).toMatch(/hello$/);
  });

  it('requests that were received before: all are answered, and their signals have aborted', async () => {
    const aborted: boolean[] = [];
    const harness = serve(async ({ request, response, signal }) => {
      aborted.push(signal.aborted);
      await settled();
      response.send(request.target);
    });
    harness.receive(get('/a') + get('/b') + get('/c'));
    harness.connection.receiver.ended();
    for (let turn = 0; turn < 8; turn++) await settled();
    expect(statuses(harness.sent())).toEqual(['200', '200', '200']);
    expect(aborted).toEqual([false, true, true]);
    expect(harness.connection.hasEnded).toBe(true);
  });
});

describe('a handler that stops because the client has ended its side', () => {
  const stopped: readonly (readonly [string, (signal: AbortSignal) => unknown])[] = [
    ['throws the reason', (signal) => signal.throwIfAborted()],
    ['throws the AbortError of an operation of Node.js', (signal) => setTimeout(1e6, undefined, { signal })],
    ['throws a DOMException', () => Promise.reject(new DOMException('stopped', 'AbortError'))],
    ['throws the reason of a combined signal', (signal) => AbortSignal.any([signal]).throwIfAborted()],
  ];

  it.each(stopped)('%s: no response, no report, and the connection ends', async (_title, stop) => {
    const running = new Running(async ({ signal }) => void (await stop(signal)), get('/first') + get());
    let isAborted: boolean | undefined;
    await settled();
    running.context.response.onCompleted(() => {
      ({ isAborted } = running.context.features.require(HttpOutcomeFeature));
    });
    running.ended();
    expect(statuses(await running.release())).toEqual(['200']);
    expect(running.harness.applicationErrors).toEqual([]);
    expect(isAborted).toBe(true);
    expect(running.harness.connection.hasEnded).toBe(true);
    expect(running.harness.connection.isAborted).toBe(false);
  });

  it.each(stopped)('%s, after the head: the response is cut off, without a report', async (_title, stop) => {
    const running = new Running(async ({ response, signal }) => {
      await response.write('begun');
      await settled();
      await stop(signal);
    });
    running.ended();
    expect(await running.release()).toMatch(/begun\r\n$/);
    expect(running.harness.applicationErrors).toEqual([]);
    expect(running.harness.connection.isAborted).toBe(true);
  });

  it('returns without a response: 200, as without the end', async () => {
    const running = new Running(() => {});
    running.ended();
    expect(statuses(await running.release())).toEqual(['200']);
  });

  it.each([
    ['another error', new Error('x')],
    ['a timeout', new DOMException('late', 'TimeoutError')],
  ])('%s: 500 and a report', async (_title, error) => {
    const running = new Running(() => {
      throw error;
    });
    running.ended();
    expect(statuses(await running.release())).toEqual(['500']);
    expect(running.harness.applicationErrors).toEqual([error]);
  });

  it('an AbortError while the client stays: 500 and a report', async () => {
    const error = new DOMException('stopped', 'AbortError');
    const running = new Running(() => {
      throw error;
    });
    expect(statuses(await running.release())).toEqual(['500']);
    expect(running.harness.applicationErrors).toEqual([error]);
  });
});

describe('onClosed of the lifetime feature', () => {
  const watched = (running: Running, reasons: unknown[]): void =>
    running.context.features.require(HttpRequestLifetimeFeature).onClosed((reason) => reasons.push(reason));

  it('is not called when the client ends its side, and once when the connection closes', () => {
    const running = new Running(() => {});
    const reasons: unknown[] = [];
    watched(running, reasons);
    running.ended();
    expect(reasons).toEqual([]);
    running.harness.connection.close(new Error('reset'));
    expect(reasons).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED', cause: { message: 'reset' } }]);
  });

  it('is called in a microtask if the connection is closed already', async () => {
    const running = new Running(() => {});
    const reasons: unknown[] = [];
    running.harness.connection.close();
    watched(running, reasons);
    expect(reasons).toEqual([]);
    await Promise.resolve();
    expect(reasons).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
  });

  it('is not called after the response', async () => {
    const running = new Running(({ response }) => response.send('sent'));
    const reasons: unknown[] = [];
    watched(running, reasons);
    await running.release();
    running.harness.connection.close();
    expect(reasons).toEqual([]);
  });
});

describe('a source without a next piece', () => {
  it('stays open while the client may still read, and is closed with the connection', async () => {
    const closed = deferred();
    const running = new Running(({ response }) =>
      response.send({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<never>(() => {}),
          return: () => (closed.resolve(), Promise.resolve({ done: true as const, value: undefined })),
        }),
      }),
    );
    let isClosed = false;
    void closed.promise.then(() => (isClosed = true));
    await running.release();
    running.ended();
    await settled();
    expect(isClosed).toBe(false);
    running.harness.connection.close();
    await closed.promise;
    expect(running.harness.applicationErrors).toEqual([]);
  });

  it.each([
    ['while a handler runs: at once and every second', get(), ['true 15000', '""', 'true 15000', '""']],
    ['while no request is received: never', '', []],
  ])('the client is probed %s', (_title, request, expected) => {
    const probes: string[] = [];
    const harness = serve(() => new Promise<void>(() => {}));
    harness.connection.set(ConnectionSocketFeature, {
      socket: {
        writable: true,
        writableLength: 0,
        setKeepAlive: (on: boolean, delay: number) => probes.push(`${on} ${delay}`),
        write: (bytes: string) => probes.push(JSON.stringify(bytes)),
      } as never,
    });
    if (request !== '') harness.receive(request);
    harness.connection.receiver.ended();
    harness.seconds(1);
    expect(probes).toEqual(expected);
  });
});
