import { type HttpContext, HttpRequestLifetimeFeature, type RequestHandler } from '@windhover/http';
import { describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';
import { until } from '../../../tools/test-support/until.ts';
import {
  type RequestTimeoutsErrorCode,
  type RequestTimeoutsOptions,
  type TimeoutPolicy,
  requestTimeoutOf,
  requestTimeouts,
} from '../src/index.ts';

const aborted = ({ signal }: HttpContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

/** A request in flight whose handler runs, and a clock that the test moves. */
class Run {
  readonly clock = new ManualClock();
  readonly http: MemoryHttp;
  readonly answer: Promise<Answer>;
  context: HttpContext | undefined;

  constructor(options: RequestTimeoutsOptions, handler: RequestHandler, fields = '') {
    const timeouts = requestTimeouts({ clock: this.clock, ...options });
    this.http = MemoryHttp.of([timeouts], (context) => {
      this.context = context;
      return handler(context);
    });
    this.answer = this.http.get('/', fields);
  }

  /** Moves the clock when the handler runs. */
  async after(milliseconds: number): Promise<Answer> {
    await until(() => this.context !== undefined);
    await this.clock.tick(milliseconds);
    return this.answer;
  }
}

everyHost((host) => {
  it('answers 504 when the time limit expires, and the signal aborts', async () => {
    const clock = new ManualClock();
    let context: HttpContext | undefined;
    const { client, applicationErrors } = await host.serve(
      [requestTimeouts({ defaultPolicy: 1000, clock })],
      async (given) => {
        if (given.request.path === '/quick') return { body: 'quick' };
        context = given;
        return aborted(given);
      },
    );
    const slow = client.get('/slow', { accept: 'application/json' });
    await until(() => context !== undefined);
    clock.advance(999);
    expect((await client.get('/quick')).text).toBe('quick');
    expect(context!.signal.aborted).toBe(false);
    clock.advance(1);
    const answer = await slow;
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 504, title: 'Gateway Timeout' });
    expect(context!.signal.reason).toMatchObject({ code: 'REQUEST_TIMEOUTS_EXPIRED' });
    expect(applicationErrors).toEqual([]);
    expect(clock.running).toBe(0);
  });

  it('cuts off a response that has begun', async () => {
    const clock = new ManualClock();
    const { client } = await host.serve([requestTimeouts({ defaultPolicy: 1000, clock })], (context) => ({
      body: (async function* () {
        yield new TextEncoder().encode('first');
        await aborted(context);
      })(),
    }));
    const { content } = await client.open();
    const pieces = content[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe('first');
    clock.advance(1000);
    await expect(pieces.next()).rejects.toBeInstanceOf(Error);
  });
});

describe('the answer', () => {
  it('is that of the policy', async () => {
    const policy: TimeoutPolicy = {
      timeout: 10,
      statusCode: 503,
      writeTimeoutResponse: ({ response }) => response.json({ slow: true }),
    };
    const run = new Run({ defaultPolicy: policy }, aborted);
    expect(await run.after(10)).toMatchObject({ status: 503, content: '{"slow":true}' });
  });

  it('replaces fields and content that the handler has prepared', async () => {
    const run = new Run({ defaultPolicy: 10 }, (context) => {
      context.response.statusCode = 201;
      context.response.headers.set('x-a', 'b');
      return aborted(context);
    });
    const answer = await run.after(10);
    expect(answer).toMatchObject({ status: 504, content: '504 Gateway Timeout\n' });
    expect(answer.fields).not.toHaveProperty('x-a');
  });

  it('is not changed by a handler that ignores the signal, or answers when it aborts', async () => {
    const late = deferred();
    const errors: unknown[] = [];
    const run = new Run({ defaultPolicy: 10 }, async ({ response, signal }) => {
      signal.addEventListener('abort', () => {
        try {
          response.send('aborted');
        } catch (error) {
          errors.push(error);
        }
      });
      await late.promise;
      response.send('late');
    });
    expect((await run.after(10)).status).toBe(504);
    late.resolve();
    await turns(3);
    expect(errors).toEqual([expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' })]);
    expect(run.http.applicationErrors).toEqual([]);
  });

  it('of an answer that fails is the error', async () => {
    const writeTimeoutResponse = (): never => {
      throw new Error('answer failed');
    };
    const run = new Run({ defaultPolicy: { timeout: 10, writeTimeoutResponse } }, aborted);
    expect((await run.after(10)).status).toBe(500);
    expect(run.http.applicationErrors).toEqual([expect.objectContaining({ message: 'answer failed' })]);
  });
});

it('an async writeTimeoutResponse: 500 REQUEST_TIMEOUTS_RESPONSE_ASYNC, and its rejection is handled', async () => {
  const writeTimeoutResponse = (): Promise<never> => Promise.reject(new Error('too late'));
  const run = new Run({ defaultPolicy: { timeout: 10, writeTimeoutResponse } }, aborted);
  expect((await run.after(10)).status).toBe(500);
  expect(run.http.applicationErrors).toEqual([expect.objectContaining({ code: 'REQUEST_TIMEOUTS_RESPONSE_ASYNC' })]);
});

it('a later error of the handler is reported', async () => {
  const late = deferred();
  const run = new Run({ defaultPolicy: 10 }, () => late.promise);
  expect((await run.after(10)).status).toBe(504);
  late.reject(new Error('late failure'));
  await turns(3);
  expect(run.http.applicationErrors).toEqual([expect.objectContaining({ message: 'late failure' })]);
});

it.each<[error: string, make: () => Error]>([
  ['the AbortError of Node.js', () => Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' })],
  ['the AbortError of a web API', () => new DOMException('aborted', 'AbortError')],
])('a later error of the handler that the abort has caused is not reported: %s', async (_error, make) => {
  const late = deferred();
  const run = new Run({ defaultPolicy: 10 }, () => late.promise);
  expect((await run.after(10)).status).toBe(504);
  late.reject(make());
  await turns(3);
  expect(run.http.applicationErrors).toEqual([]);
});

it('an error within the time is the error of the request', async () => {
  const run = new Run({ defaultPolicy: 10 }, async () => {
    await turns(1);
    throw new Error('failed');
  });
  expect((await run.answer).status).toBe(500);
  expect(run.clock.running).toBe(0);
});

describe('the policy of a request', () => {
  it.each<[title: string, options: RequestTimeoutsOptions, timeout: number | undefined]>([
    ['none by default', {}, undefined],
    ['the default one', { defaultPolicy: 5 }, 5],
    ['the chosen one', { defaultPolicy: 5, policies: { a: 7 }, choose: () => 'a' }, 7],
    ['none where null is chosen', { defaultPolicy: 5, choose: () => null }, undefined],
    [
      'a chosen one without a limit',
      { defaultPolicy: 5, policies: { a: { timeout: null } }, choose: () => 'a' },
      undefined,
    ],
  ])('is %s', async (_title, options, timeout) => {
    let next: number | undefined;
    const run: Run = new Run(options, async () => {
      next = run.clock.next;
    });
    await run.answer;
    expect(next).toBe(timeout);
  });

  it('a name without a policy is an error of the application', async () => {
    const run = new Run({ choose: () => 'toString' }, () => 'x');
    expect((await run.answer).status).toBe(500);
    expect(run.http.applicationErrors).toEqual([expect.objectContaining({ code: 'REQUEST_TIMEOUTS_POLICY_UNKNOWN' })]);
  });

  it('the handler can change, and the time counts from then', async () => {
    const policies = { long: 100 };
    const nexts: (number | undefined)[] = [];
    const run: Run = new Run({ defaultPolicy: 10, policies }, async (context) => {
      const timeout = requestTimeoutOf(context);
      run.clock.advance(5);
      nexts.push(run.clock.next);
      timeout.set('long');
      nexts.push(run.clock.next);
      timeout.set(20);
      nexts.push(run.clock.next);
      timeout.disable();
      nexts.push(run.clock.next);
      timeout.set(30);
      return aborted(context);
    });
    expect((await run.after(30)).status).toBe(504);
    expect(nexts).toEqual([5, 100, 20, undefined]);
  });
});

it('the signal also aborts when the client leaves, and keeps the first reason', async () => {
  const clock = new ManualClock();
  let reason: unknown;
  const http = MemoryHttp.of([requestTimeouts({ defaultPolicy: 10, clock })], (context) => {
    const { signal } = context;
    context.abort();
    signal.addEventListener('abort', () => (reason = signal.reason));
    if (signal.aborted) reason = signal.reason;
    return aborted(context);
  });
  await http.get('/').catch(() => undefined);
  clock.advance(10);
  expect(reason).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
});

describe('a source without a next piece is closed', () => {
  const stalled = (closed: () => void): AsyncIterable<string> => ({
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: () => (closed(), Promise.resolve({ done: true as const, value: undefined })),
    }),
  });

  it.each<[when: string, end: (context: HttpContext, clock: ManualClock) => void]>([
    ['at the time limit', (_context, clock) => clock.advance(10)],
    ['when the connection closes', (context) => context.abort()],
  ])('%s, once', async (_when, end) => {
    const clock = new ManualClock();
    const closed = vi.fn<() => void>();
    let context: HttpContext | undefined;
    const http = MemoryHttp.of([requestTimeouts({ defaultPolicy: 10, clock })], (given) => {
      context = given;
      return given.response.send(stalled(closed));
    });
    const exchange = http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => context !== undefined);
    end(context!, clock);
    await exchange;
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

describe('invalid options', () => {
  it.each<[options: RequestTimeoutsOptions, code: RequestTimeoutsErrorCode]>([
    [{ defaultPolicy: 0 }, 'REQUEST_TIMEOUTS_LIMIT_INVALID'],
    [{ defaultPolicy: 1.5 }, 'REQUEST_TIMEOUTS_LIMIT_INVALID'],
    [{ defaultPolicy: 2 ** 31 }, 'REQUEST_TIMEOUTS_LIMIT_INVALID'],
    [{ policies: { a: { timeout: -1 } } }, 'REQUEST_TIMEOUTS_LIMIT_INVALID'],
    [{ policies: { a: { timeout: 1, statusCode: 200 } } }, 'REQUEST_TIMEOUTS_STATUS_INVALID'],
  ])('%j: %s', (options, code) => {
    expect(() => requestTimeouts(options)).toThrow(expect.objectContaining({ name: 'RequestTimeoutsError', code }));
  });
});

describe('a callback of onClosed that throws at the time limit', () => {
  it('is an uncaught exception, and the request ends', async () => {
    const isCalled = vi.fn<() => void>();
    const run = new Run({ defaultPolicy: 1000 }, ({ features }) => {
      const lifetime = features.require(HttpRequestLifetimeFeature);
      lifetime.onClosed(() => {
        throw new Error('not today');
      });
      lifetime.onClosed(isCalled);
      return new Promise(() => {});
    });
    const completed = deferred();
    const uncaught = await uncaughtExceptions(async () => {
      await until(() => run.context !== undefined);
      run.context!.response.onCompleted(() => completed.resolve());
      await run.after(1000);
      await completed.promise;
    });
    expect(uncaught).toMatchObject([{ message: 'not today' }]);
    expect(isCalled).toHaveBeenCalledTimes(1);
  });
});
