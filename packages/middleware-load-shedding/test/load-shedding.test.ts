import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type LoadReason, type LoadSheddingErrorCode, type LoadSheddingOptions, loadShedding } from '../src/index.ts';

everyHost((host) => {
  it('answers 503 while too many requests run, and serves again when one has ended', async () => {
    const gates: Deferred<void>[] = [];
    const { client } = await host.serve(
      [loadShedding({ maxRequests: 1, maxEventLoopDelay: null })],
      async (context) => {
        if (context.request.path !== '/slow') return { body: 'served' };
        const gate = deferred();
        gates.push(gate);
        await gate.promise;
        return { body: 'slow' };
      },
    );
    const slow = client.get('/slow');
    await until(() => gates.length === 1);
    const rejected = await client.get('/');
    expect(rejected).toMatchObject({ status: 503, text: '503 Service Unavailable\n' });
    expect(rejected.headers['retry-after']).toBe('5');
    expect((await client.get('/livez')).text).toBe('served');
    gates[0]!.resolve();
    expect((await slow).text).toBe('slow');
    await until(async () => (await client.get('/')).status === 200);
  });
});

describe('the delay of the event loop', () => {
  it.each<[delay: number, path: string, status: number]>([
    [100, '/', 200],
    [101, '/', 503],
    [1e6, '/healthz', 200],
    [1e6, '/healthz/', 503],
    [0, '/', 200],
  ])('of %i ms where 100 are allowed, %s: %i', async (delay, path, status) => {
    const reasons: LoadReason[] = [];
    const options: LoadSheddingOptions = {
      maxEventLoopDelay: 100,
      delay: () => delay,
      onRejected: (_context, reason) => void reasons.push(reason),
    };
    const http = MemoryHttp.of([loadShedding(options)], () => 'x');
    expect((await http.get(path)).status).toBe(status);
    expect(reasons).toEqual(status === 503 ? ['event-loop-delay'] : []);
  });
});

describe('onRejected', () => {
  const rejecting = (onRejected: LoadSheddingOptions['onRejected']): MemoryHttp =>
    MemoryHttp.of(
      [loadShedding({ maxEventLoopDelay: 1, delay: () => 2, ...(onRejected && { onRejected }) })],
      () => 'x',
    );

  it.each<[how: string, onRejected: LoadSheddingOptions['onRejected']]>([
    ['at once', ({ response }) => response.send('busy')],
    ['later', async ({ response }) => (await turns(3), response.send('busy'))],
  ])('may send another response, %s', async (_how, onRejected) => {
    expect(await rejecting(onRejected).get('/')).toMatchObject({ status: 503, content: 'busy' });
  });

  it('that rejects is an error of the application', async () => {
    const http = rejecting(() => Promise.reject(new Error('no log')));
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no log' })]);
  });
});

describe('requests at one time', () => {
  it('an error and a client that leaves free their places', async () => {
    const http = MemoryHttp.of([loadShedding({ maxRequests: 1, maxEventLoopDelay: null })], (context) => {
      if (context.request.path === '/leaves') return context.abort();
      throw new Error('failed');
    });
    expect((await http.get('/')).status).toBe(500);
    await http.exchange('GET /leaves HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await http.get('/')).status).toBe(500);
  });
});

describe('invalid options', () => {
  it.each<[options: LoadSheddingOptions, code: LoadSheddingErrorCode]>([
    [{ maxEventLoopDelay: 0 }, 'LOAD_SHEDDING_DELAY_INVALID'],
    [{ maxEventLoopDelay: Number.NaN }, 'LOAD_SHEDDING_DELAY_INVALID'],
    [{ maxRequests: 0 }, 'LOAD_SHEDDING_REQUESTS_INVALID'],
    [{ maxRequests: 1.5 }, 'LOAD_SHEDDING_REQUESTS_INVALID'],
    [{ retryAfter: -1 }, 'LOAD_SHEDDING_RETRY_INVALID'],
  ])('%j: %s', (options, code) => {
    expect(() => loadShedding(options)).toThrow(expect.objectContaining({ code }));
  });
});
