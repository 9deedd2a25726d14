import { ReadinessFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { until } from '../../../tools/test-support/until.ts';
import {
  type CheckResult,
  type EventLoopCheckOptions,
  type HealthCheck,
  type HealthChecksErrorCode,
  type HealthChecksOptions,
  eventLoopCheck,
  healthChecks,
  healthChecksErrors,
} from '../src/index.ts';

const json = 'Accept: application/json\r\n';

const probe = (options: HealthChecksOptions, path = '/readyz', fields = ''): Promise<Answer> =>
  MemoryHttp.of([healthChecks(options)], () => 'served').get(path, fields);

const check = (result: () => CheckResult | Promise<CheckResult>, rest: Partial<HealthCheck> = {}): HealthCheck => ({
  name: 'a',
  check: result,
  ...rest,
});

everyHost((host) => {
  it('is live all the time, and ready while the host serves', async () => {
    const readiness = { isReady: false };
    const { client } = await host.serve([healthChecks()], undefined, {
      features: (features) => features.set(ReadinessFeature, readiness),
    });
    const statuses = async (): Promise<number[]> => [
      (await client.get('/livez')).status,
      (await client.get('/readyz')).status,
      (await client.get('/')).status,
    ];
    expect(await statuses()).toEqual([200, 503, 200]);
    readiness.isReady = true;
    expect(await statuses()).toEqual([200, 200, 200]);
    const { headers, text } = await client.get('/readyz');
    expect({ text, cache: headers['cache-control'] }).toEqual({ text: 'healthy\n', cache: 'no-store, no-cache' });
    readiness.isReady = false;
    expect(await statuses()).toEqual([200, 503, 200]);
  });
});

describe('a check', () => {
  it.each<[result: unknown, received: string]>([
    [null, 'null'],
    [1, '1'],
    ['down', '"down"'],
    [{}, '{}'],
    [{ status: 'ok', rows: [1] }, '{"status":"ok"}'],
  ])('that returns %j is unhealthy: HEALTH_CHECKS_RESULT_INVALID', async (result, received) => {
    const errors: unknown[] = [];
    const onCheckFailed = (_name: string, error: unknown): unknown => errors.push(error);
    const { status, content } = await probe({ checks: [check(() => result as never)], onCheckFailed });
    expect({ status, content }).toEqual({ status: 503, content: 'unhealthy\n' });
    const message = `${healthChecksErrors.HEALTH_CHECKS_RESULT_INVALID}; received ${received}`;
    expect(errors).toEqual([expect.objectContaining({ code: 'HEALTH_CHECKS_RESULT_INVALID', message })]);
  });

  it.each<[result: boolean, status: number, content: string]>([
    [true, 200, 'healthy\n'],
    [false, 503, 'unhealthy\n'],
  ])('that returns %j: %i', async (result, status, content) => {
    expect(await probe({ checks: [check(() => result)] })).toMatchObject({ status, content });
  });

  it('of a class is called on its object', async () => {
    class DatabaseCheck implements HealthCheck {
      readonly name = 'database';
      readonly #status = 'degraded';

      check(): CheckResult {
        return this.#status;
      }
    }
    expect(await probe({ checks: [new DatabaseCheck()] })).toMatchObject({ status: 200, content: 'degraded\n' });
  });

  it.each<[result: CheckResult | Error, status: number, text: string]>([
    [undefined, 200, 'healthy\n'],
    ['healthy', 200, 'healthy\n'],
    ['degraded', 200, 'degraded\n'],
    ['unhealthy', 503, 'unhealthy\n'],
    [{ status: 'degraded', description: 'slow' }, 200, 'degraded\n'],
    [new Error('secret'), 503, 'unhealthy\n'],
  ])('that gives %j: %i', async (result, status, content) => {
    const give = (): CheckResult => {
      if (result instanceof Error) throw result;
      return result;
    };
    expect(await probe({ checks: [check(give)] })).toMatchObject({ status, content });
    expect(await probe({ checks: [check(async () => give())] })).toMatchObject({ status, content });
  });

  it('the worst one counts', async () => {
    const checks = (['healthy', 'degraded', 'unhealthy'] as const).map((status) => ({
      name: status,
      check: () => status,
    }));
    expect((await probe({ checks: checks.slice(0, 2) })).content).toBe('degraded\n');
    expect((await probe({ checks })).content).toBe('unhealthy\n');
  });

  it('decides about liveness only with `liveness`', async () => {
    const checks = [check(() => 'unhealthy')];
    expect((await probe({ checks }, '/livez')).status).toBe(200);
    expect((await probe({ checks: [{ ...checks[0]!, liveness: true }] }, '/livez')).status).toBe(503);
  });

  it('that takes longer than its timeout is unhealthy, and its signal aborts', async () => {
    const failures: unknown[] = [];
    let signal: AbortSignal | undefined;
    const hanging: HealthCheck = {
      name: 'hanging',
      timeout: 1,
      check: (given) => {
        signal = given;
        return new Promise(() => {});
      },
    };
    const onCheckFailed = (name: string, error: unknown): void => void failures.push(name, error);
    expect((await probe({ checks: [hanging], onCheckFailed })).status).toBe(503);
    expect(signal!.aborted).toBe(true);
    expect(failures).toEqual(['hanging', expect.objectContaining({ code: 'HEALTH_CHECKS_TIMEOUT' })]);
  });

  it.each<[how: string, onCheckFailed: () => void]>([
    [
      'throws',
      () => {
        throw new Error('no log');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no log'))],
  ])('onCheckFailed %s: the probe is answered 503, and the process emits one warning', async (_how, onCheckFailed) => {
    const warnings: (Error & { readonly code?: string; readonly detail?: string })[] = [];
    const collect = (warning: Error): void => void warnings.push(warning);
    process.on('warning', collect);
    try {
      const failing = check(() => {
        throw new Error('no database');
      });
      const http = MemoryHttp.of([healthChecks({ checks: [failing], onCheckFailed })], () => 'served');
      expect((await http.get('/readyz')).status).toBe(503);
      expect((await http.get('/readyz')).status).toBe(503);
      const ours = (): typeof warnings => warnings.filter(({ code }) => code === 'HEALTH_CHECKS_CALLBACK_FAILED');
      await until(() => ours().length > 0);
      expect(ours()).toEqual([expect.objectContaining({ detail: expect.stringContaining('no log') as string })]);
    } finally {
      process.off('warning', collect);
    }
  });

  it('runs once for requests that come meanwhile, and again for the next', async () => {
    let runs = 0;
    const gate = deferred();
    const counted = check(async () => {
      runs++;
      await gate.promise;
    });
    const http = MemoryHttp.of([healthChecks({ checks: [counted] })], () => 'served');
    const answers = [http.get('/readyz'), http.get('/readyz'), http.get('/readyz')];
    let served = 0;
    for (const path of ['/1', '/2']) void http.get(path).then(() => served++);
    // Requests are served in their order, so the three have arrived by then.
    await until(() => runs > 0 && served === 2);
    gate.resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(runs).toBe(1);
    await http.get('/readyz');
    expect(runs).toBe(2);
  });
});

describe('eventLoopCheck', () => {
  it.each<[delay: number, status: number, text: string]>([
    [0, 200, 'healthy\n'],
    [100, 200, 'healthy\n'],
    [101, 200, 'degraded\n'],
    [300, 200, 'degraded\n'],
    [301, 503, 'unhealthy\n'],
  ])('a loop that is late by %i ms: %i', async (delay, status, content) => {
    const checks = [eventLoopCheck({ degradedAbove: 100, unhealthyAbove: 300, delay: () => delay })];
    expect(await probe({ checks })).toMatchObject({ status, content });
  });

  it('is healthy at the first probe, before there is a sample', async () => {
    const checks = [eventLoopCheck({ degradedAbove: 1e-9, unhealthyAbove: 1e-9 })];
    expect((await probe({ checks })).content).toBe('healthy\n');
  });

  it('says by how much the loop is late', async () => {
    const checks = [eventLoopCheck({ delay: () => 1234.5 })];
    expect((await probe({ checks, details: true }, '/readyz', json)).content).toBe(
      '{"status":"unhealthy","checks":[{"name":"event-loop","status":"unhealthy","description":"late by 1235 ms"}]}',
    );
  });

  it.each<EventLoopCheckOptions>([
    { degradedAbove: 0 },
    { degradedAbove: Number.NaN },
    { degradedAbove: 20, unhealthyAbove: 10 },
  ])('%j: HEALTH_CHECKS_DELAY_INVALID', (options) => {
    expect(() => eventLoopCheck(options)).toThrow(expect.objectContaining({ code: 'HEALTH_CHECKS_DELAY_INVALID' }));
  });
});

describe('the answer', () => {
  const failing: HealthCheck = {
    name: 'database',
    check: () => {
      throw new Error('secret');
    },
  };

  it('is JSON where the client names it, without checks and errors', async () => {
    const { content, fields } = await probe({ checks: [failing] }, '/readyz', json);
    expect(content).toBe('{"status":"unhealthy"}');
    expect(fields['content-type']).toBe('application/json');
  });

  it('lists the checks with `details`, without errors', async () => {
    const { content } = await probe({ checks: [failing], details: true }, '/readyz', json);
    expect(content).toBe('{"status":"unhealthy","checks":[{"name":"database","status":"unhealthy"}]}');
  });

  it('may be cached with allowCaching, and have other status codes', async () => {
    const statusCodes = { healthy: 202, degraded: 218, unhealthy: 500 };
    const answer = await probe({ checks: [failing], allowCaching: true, statusCodes });
    expect(answer).toMatchObject({ status: 500, fields: { vary: 'accept' } });
    expect(answer.fields).not.toHaveProperty('cache-control');
  });

  it.each([
    ['POST', 405],
    ['HEAD', 200],
  ])('to %s: %i', async (method, status) => {
    const http = MemoryHttp.of([healthChecks()], () => 'served');
    const answer = await http.answer(`${method} /livez HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer).toMatchObject({ status, content: '' });
  });

  it.each<[options: HealthChecksOptions, path: string]>([
    [{}, '/livez/'],
    [{}, '/healthz'],
    [{ livePath: null }, '/livez'],
    [{ readyPath: '/ok' }, '/readyz'],
  ])('with %j, %s is of the application', async (options, path) => {
    expect((await probe(options, path)).content).toBe('served');
  });
});

describe('invalid options', () => {
  it.each<[options: HealthChecksOptions, code: HealthChecksErrorCode]>([
    [{ livePath: 'livez' }, 'HEALTH_CHECKS_PATH_INVALID'],
    [{ livePath: '/a', readyPath: '/a' }, 'HEALTH_CHECKS_PATH_INVALID'],
    [{ timeout: 0 }, 'HEALTH_CHECKS_TIMEOUT_INVALID'],
    [{ timeout: 2 ** 31 }, 'HEALTH_CHECKS_TIMEOUT_INVALID'],
    [{ checks: [check(() => undefined, { timeout: 1.5 })] }, 'HEALTH_CHECKS_TIMEOUT_INVALID'],
    [{ checks: [check(() => undefined), check(() => undefined)] }, 'HEALTH_CHECKS_NAME_INVALID'],
    [{ checks: [check(() => undefined, { name: '' })] }, 'HEALTH_CHECKS_NAME_INVALID'],
    [{ statusCodes: { healthy: 99, degraded: 200, unhealthy: 503 } }, 'HEALTH_CHECKS_STATUS_INVALID'],
    [{ statusCodes: { healthy: 204, degraded: 200, unhealthy: 503 } }, 'HEALTH_CHECKS_STATUS_INVALID'],
    [{ statusCodes: { degraded: 503 } as never }, 'HEALTH_CHECKS_STATUS_INVALID'],
  ])('%j: %s', (options, code) => {
    expect(() => healthChecks(options)).toThrow(expect.objectContaining({ code }));
  });

  it.each<[what: string, check: unknown, received: string]>([
    ['a function', () => undefined, '"function"'],
    ['a function with a name', function database() {}, '"function"'],
    ['a name', 'database', '"string"'],
    ['null', null, 'null'],
    [
      'a function as run',
      { name: 'a', run() {} },
      '"name: string, check: undefined, timeout: undefined, liveness: undefined"',
    ],
    ['no name', { check() {} }, '"name: undefined, check: function, timeout: undefined, liveness: undefined"'],
    [
      'text for liveness',
      { name: 'a', check() {}, liveness: 'false' },
      '"name: string, check: function, timeout: undefined, liveness: string"',
    ],
  ])('%s instead of a check: the message shows the shape', (_what, given, received) => {
    const message = `${healthChecksErrors.HEALTH_CHECKS_CHECK_INVALID}; received ${received}`;
    const code = 'HEALTH_CHECKS_CHECK_INVALID';
    expect(() => healthChecks({ checks: [given] as never })).toThrow(expect.objectContaining({ code, message }));
  });
});
