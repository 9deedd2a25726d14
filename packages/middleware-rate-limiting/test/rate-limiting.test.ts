import type { Endpoint } from '@windhover/connections';
import type { HttpContext, Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import {
  type ConcurrencyLimitingOptions,
  type RateLimitStore,
  type RateLimitingOptions,
  clientKey,
  concurrencyLimiting,
  fixedWindow,
  rateLimiting,
  tokenBucket,
} from '../src/index.ts';

const two = fixedWindow({ limit: 2, period: 10_000 });

/** Puts an endpoint in place of the client's. */
const from =
  (endpoint: (context: HttpContext) => Endpoint | undefined): Middleware =>
  (context, next) => {
    context.connection.remoteEndpoint = endpoint(context);
    return next(context);
  };

const ip = (address: string, port: number): Endpoint => ({ kind: 'ip', address, port });

everyHost((host) => {
  it('answers 429 with Retry-After, and sends the remaining limit, also on errors', async () => {
    const { client } = await host.serve([rateLimiting({ limiter: two, now: () => 5 })], ({ request }) => {
      if (request.path === '/fails') throw new Error('failed');
      return { body: 'served' };
    });
    const answers = [await client.get('/'), await client.get('/fails'), await client.get('/')];
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 429]);
    expect(answers.map(({ headers }) => headers['ratelimit'])).toEqual([
      '"default";r=1;t=10',
      '"default";r=0;t=10',
      '"default";r=0;t=10',
    ]);
    expect(answers[2]!.headers).toMatchObject({ 'retry-after': '10', 'ratelimit-policy': '"default";q=2;w=10' });
    expect(answers[2]!.text).toBe('429 Too Many Requests\n');
  });

  it('queues requests, and answers 503 if the queue is full', async () => {
    const gates: Deferred<void>[] = [];
    const { client } = await host.serve([concurrencyLimiting({ limit: 1, queueLimit: 1 })], async () => {
      const gate = deferred();
      gates.push(gate);
      await gate.promise;
      return { body: `served ${gates.length}` };
    });
    const first = client.get('/');
    await until(() => gates.length === 1);
    const waiting = [client.get('/'), client.get('/')];
    const rejected = await Promise.race(waiting);
    expect(rejected).toMatchObject({ status: 503 });
    expect(rejected.headers['retry-after']).toBe('1');
    gates[0]!.resolve();
    expect((await first).text).toBe('served 1');
    await until(() => gates.length === 2);
    gates[1]!.resolve();
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });
});

describe('clients', () => {
  it.each<[a: Endpoint | undefined, b: Endpoint | undefined, isSame: boolean]>([
    [ip('192.0.2.1', 1), ip('192.0.2.1', 2), true],
    [ip('192.0.2.1', 1), ip('192.0.2.2', 1), false],
    [ip('2001:db8:0:1::1', 1), ip('2001:db8:0:1:ffff::2', 2), true],
    [ip('2001:db8:0:1::1', 1), ip('2001:db8:0:2::1', 1), false],
    [ip('::ffff:192.0.2.1', 1), ip('192.0.2.1', 2), true],
    [{ kind: 'unix', path: '' }, { kind: 'unix', path: '/a' }, true],
    [undefined, undefined, true],
  ])('%j and %j share a limit: %s', async (a, b, isSame) => {
    const limit = rateLimiting({ limiter: fixedWindow({ limit: 1, period: 1000 }), now: () => 0 });
    const http = MemoryHttp.of([from(({ request }) => (request.path === '/a' ? a : b)), limit], () => 'x');
    expect((await http.get('/a')).status).toBe(200);
    expect((await http.get('/b')).status).toBe(isSame ? 429 : 200);
  });

  it('clientKey has no port', async () => {
    let key = '';
    const http = MemoryHttp.of([from(() => ip('2001:db8::1', 80))], (context) => {
      key = clientKey(context);
    });
    await http.get('/');
    expect(key).toBe('2001:db8::/64');
  });

  it('a key that the application makes may be long; undefined is not limited', async () => {
    const keys: string[] = [];
    const store: RateLimitStore = {
      update: async (key, _lifetime, change) => {
        keys.push(key);
        return change(undefined).decision;
      },
    };
    const key = ({ request }: HttpContext): string | undefined => request.headers.get('x-key');
    const http = MemoryHttp.of([rateLimiting({ limiter: two, key, store })], () => 'x');
    for (const fields of ['', 'x-key: a\r\n', `x-key: ${'a'.repeat(257)}\r\n`]) {
      expect((await http.get('/', fields)).status).toBe(200);
    }
    expect(keys).toEqual(['a', expect.stringMatching(/^sha256:.{44}$/)]);
  });
});

describe('a rejection', () => {
  const rejected = async (options: Partial<RateLimitingOptions>) => {
    const limiter = tokenBucket({ limit: 1, period: 100 });
    const http = MemoryHttp.of([rateLimiting({ limiter, now: () => 0, ...options })], () => 'x');
    await http.get('/');
    return http.get('/', 'Accept: application/json\r\n');
  };

  it('has a Retry-After of at least one second, and problem details', async () => {
    const { fields, content } = await rejected({});
    expect(fields['retry-after']).toBe('1');
    expect(JSON.parse(content)).toMatchObject({ status: 429, title: 'Too Many Requests' });
  });

  it('has no RateLimit fields without `fields`, and the given status', async () => {
    const answer = await rejected({ fields: false, statusCode: 503 });
    expect(answer.status).toBe(503);
    expect(answer.fields).not.toHaveProperty('ratelimit');
  });

  it('may be answered by onRejected', async () => {
    const onRejected: RateLimitingOptions['onRejected'] = ({ response }, { isAllowed, retryAfter }) =>
      response.json({ isAllowed, retryAfter });
    expect((await rejected({ onRejected })).content).toBe('{"isAllowed":false,"retryAfter":100}');
  });

  it('waits for an async onRejected, which may answer later', async () => {
    const onRejected: RateLimitingOptions['onRejected'] = async ({ response }) => {
      await turns(3);
      response.send('later');
    };
    expect(await rejected({ onRejected })).toMatchObject({ status: 429, content: 'later' });
  });

  it.each<[what: string, limit: (onRejected: () => Promise<void>) => Middleware]>([
    ['rateLimiting', (onRejected) => rateLimiting({ limiter: tokenBucket({ limit: 1, period: 100 }), onRejected })],
    ['concurrencyLimiting', (onRejected) => concurrencyLimiting({ limit: 1, onRejected })],
  ])('an async onRejected of %s that rejects is an error of the application', async (_what, limit) => {
    const gate = deferred();
    const http = MemoryHttp.of([limit(() => Promise.reject(new Error('no log')))], () => gate.promise);
    const first = http.get('/');
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no log' })]);
    gate.resolve();
    await first;
  });
});

it('a store may return a promise of another library', async () => {
  const update: RateLimitStore['update'] = (_key, _lifetime, change) => {
    const { decision } = change(undefined);
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another kind
    return { then: (resolve: (value: typeof decision) => void) => resolve(decision) } as unknown as typeof decision;
  };
  const http = MemoryHttp.of([rateLimiting({ limiter: two, store: { update } })], () => 'x');
  expect(await http.get('/')).toMatchObject({ status: 200, content: 'x' });
});

it('two limits in one pipeline are one list', async () => {
  const http = MemoryHttp.of(
    [rateLimiting({ limiter: two, name: 'a', now: () => 0 }), rateLimiting({ limiter: two, name: 'b', now: () => 0 })],
    () => 'x',
  );
  const sent = await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect([...sent.matchAll(/^ratelimit: (.*)\r$/gm)].map(([, value]) => value)).toEqual([
    '"b";r=1;t=10',
    '"a";r=1;t=10',
  ]);
});

describe('requests at one time', () => {
  /** A server in which the test ends each request. */
  const gated = (options: ConcurrencyLimitingOptions) => {
    const running = new Map<string, Deferred<void>>();
    const http = MemoryHttp.of([concurrencyLimiting(options)], async ({ request, response }) => {
      const gate = deferred();
      running.set(request.path, gate);
      await gate.promise;
      response.send(request.path);
    });
    return { http, running };
  };

  it('waiting requests run in order', async () => {
    const { http, running } = gated({ limit: 1, queueLimit: 2 });
    const answers = ['/1', '/2', '/3'].map((path) => http.get(path));
    for (const path of ['/1', '/2', '/3']) {
      await until(() => running.has(path));
      expect(running.size).toBe(Number(path.slice(1)));
      running.get(path)!.resolve();
    }
    expect((await Promise.all(answers)).map(({ content }) => content)).toEqual(['/1', '/2', '/3']);
  });

  it('keys have limits of their own, and an error frees the place', async () => {
    let runs = 0;
    const http = MemoryHttp.of(
      [concurrencyLimiting({ limit: 1, key: ({ request }) => (request.path === '/free' ? undefined : request.path) })],
      () => {
        runs++;
        throw new Error('failed');
      },
    );
    for (const path of ['/a', '/a', '/b', '/free']) expect((await http.get(path)).status).toBe(500);
    expect(runs).toBe(4);
  });

  it.each<[title: string, leave: (context: HttpContext, end: () => void) => void]>([
    ['that disconnects', (context) => context.abort()],
    ['that ends its side', (_context, end) => end()],
  ])('a client %s leaves the queue, without a response', async (_title, leave) => {
    const running = new Map<string, Deferred<void>>();
    const contexts: HttpContext[] = [];
    const http = MemoryHttp.of(
      [
        (context, next) => {
          contexts.push(context);
          return next(context);
        },
        concurrencyLimiting({ limit: 1, queueLimit: 1 }),
      ],
      async ({ request }) => {
        const gate = deferred();
        running.set(request.path, gate);
        await gate.promise;
        return request.path;
      },
    );
    const first = http.get('/1');
    await until(() => running.has('/1'));
    const second = http.open('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => contexts.length === 2);
    leave(contexts[1]!, second.end);
    expect(await second.received).toBe('');
    expect(http.applicationErrors).toEqual([]);
    const third = http.get('/3');
    await until(() => contexts.length === 3);
    running.get('/1')!.resolve();
    expect((await first).content).toBe('/1');
    await until(() => running.has('/3'));
    running.get('/3')!.resolve();
    expect((await third).content).toBe('/3');
    expect([...running.keys()]).toEqual(['/1', '/3']);
  });
});

describe('invalid options', () => {
  it.each<[options: Partial<RateLimitingOptions>, code: string]>([
    [{ name: '"' }, 'RATE_LIMITING_NAME_INVALID'],
    [{ name: 'a\r\n' }, 'RATE_LIMITING_NAME_INVALID'],
    [{ name: '' }, 'RATE_LIMITING_NAME_INVALID'],
    [{ statusCode: 200 }, 'RATE_LIMITING_STATUS_INVALID'],
  ])('%j: %s', (options, code) => {
    expect(() => rateLimiting({ limiter: two, ...options })).toThrow(expect.objectContaining({ code }));
  });

  it.each<[options: ConcurrencyLimitingOptions, code: string]>([
    [{ limit: 0 }, 'RATE_LIMITING_LIMIT_INVALID'],
    [{ limit: 1, queueLimit: -1 }, 'RATE_LIMITING_QUEUE_INVALID'],
    [{ limit: 1, retryAfter: -1 }, 'RATE_LIMITING_RETRY_INVALID'],
    [{ limit: 1, retryAfter: 0.5 }, 'RATE_LIMITING_RETRY_INVALID'],
    [{ limit: 1, retryAfter: NaN }, 'RATE_LIMITING_RETRY_INVALID'],
    [{ limit: 1, statusCode: 600 }, 'RATE_LIMITING_STATUS_INVALID'],
  ])('of requests at one time, %j: %s', (options, code) => {
    expect(() => concurrencyLimiting(options)).toThrow(expect.objectContaining({ code }));
  });
});
