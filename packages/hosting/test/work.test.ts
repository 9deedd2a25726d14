import {
  type BackgroundServiceSource,
  ReadinessFeature,
  type WebHost,
  WebHostBuilder,
  hostServices,
  requestLogger,
  serviceKey,
  servicesOf,
} from '@windhover/hosting';
import { PendingWorkFeature, type RequestDelegate } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { exchangeOverMemory } from './memory-exchange.ts';
import { RecordingLogger } from './recording-logger.ts';

let transport: MemoryTransport;
let logger: RecordingLogger;
let host: WebHost | undefined;
let told: string[];

beforeEach(() => {
  transport = new MemoryTransport();
  logger = new RecordingLogger();
  told = [];
});

afterEach(() => host?.stop(AbortSignal.abort()));

const builderFor = (handler: RequestDelegate = () => {}): WebHostBuilder =>
  new WebHostBuilder()
    .useTransport(transport)
    .useProtocol(http1())
    .useLogger(logger)
    .useServer((server) => void server.listen({ kind: 'memory', name: 'work' }))
    .configure((app) => void app.run(handler));

const isListening = (): boolean => {
  try {
    transport.connect({ kind: 'memory', name: 'work' }).abort();
    return true;
  } catch {
    return false;
  }
};

const telling = (name: string): BackgroundServiceSource => ({
  name,
  start: () => void told.push(`start ${name}, listening: ${isListening()}`),
  stop: () => void told.push(`stop ${name}, listening: ${isListening()}`),
});

describe('background services', () => {
  it('start before the host listens, and stop after it does not, in reverse', async () => {
    host = builderFor().useBackgroundService(telling('one')).useBackgroundService(telling('two')).build();
    await host.start();
    expect(isListening()).toBe(true);
    await host.stop();
    expect(told).toEqual([
      'start one, listening: false',
      'start two, listening: false',
      'stop two, listening: false',
      'stop one, listening: false',
    ]);
  });

  it('are made of services', async () => {
    const name = serviceKey<string>('name');
    host = builderFor()
      .configureServices((services) => void services.addAsync(name, async () => 'made'))
      .useBackgroundService((services) => telling(services.get(name)) as object)
      .build();
    await host.start();
    expect(told).toEqual(['start made, listening: false']);
  });

  it('work until their signal aborts, and the stop waits for them', async () => {
    host = builderFor()
      .useBackgroundService({
        run: async (signal) => {
          told.push('runs');
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          await new Promise(setImmediate);
          told.push('ended');
        },
      })
      .build();
    await host.start();
    expect(told).toEqual(['runs']);
    await host.stop();
    expect(told).toEqual(['runs', 'ended']);
  });

  it('one that cannot start is the error of the start; the ones before it are stopped', async () => {
    host = builderFor()
      .useBackgroundService(telling('one'))
      .useBackgroundService({ start: () => Promise.reject(new Error('no queue')) })
      .useBackgroundService(telling('three'))
      .build();
    await expect(host.start()).rejects.toThrow('no queue');
    expect(told).toEqual(['start one, listening: false', 'stop one, listening: false']);
    expect(isListening()).toBe(false);
  });

  it('one whose start ends during the stop is stopped, too, and the others only once', async () => {
    const [begun, started, stopping, stopped] = [deferred(), deferred(), deferred(), deferred()];
    host = builderFor()
      .useBackgroundService({
        name: 'one',
        stop: () => {
          told.push('stop one');
          stopping.resolve();
          return stopped.promise;
        },
      })
      .useBackgroundService({
        name: 'two',
        start: () => {
          begun.resolve();
          return started.promise;
        },
        stop: () => void told.push('stop two'),
      })
      .build();
    const starting = host.start();
    await begun.promise;
    const end = host.stop(AbortSignal.abort());
    await stopping.promise;
    started.resolve();
    await until(() => told.includes('stop two'));
    stopped.resolve();
    await expect(starting).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    await end;
    expect(told.toSorted()).toEqual(['stop one', 'stop two']);
  });

  it('one that fails stops the host, and is logged', async () => {
    const failure = new Error('queue lost');
    host = builderFor()
      .useBackgroundService({ name: 'worker', run: () => Promise.reject(failure) })
      .build();
    const stopped = new Promise((resolve) => host!.lifetime.stopped.addEventListener('abort', resolve));
    await host.start();
    await stopped;
    expect(logger.entries).toMatchObject([
      { level: 'error', details: { category: 'windhover.host', eventId: 9, service: 'worker', err: failure } },
    ]);
  });

  it('an error of a service whose signal has aborted counts as its end', async () => {
    host = builderFor()
      .useBackgroundService({
        run: (signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('AbortError')))),
      })
      .build();
    await host.start();
    await host.stop();
    expect(logger.entries).toEqual([]);
  });

  it('one that fails to stop is logged, and the others stop', async () => {
    host = builderFor()
      .useBackgroundService(telling('one'))
      .useBackgroundService({ stop: () => Promise.reject(new Error('busy')) })
      .build();
    await host.start();
    await host.stop();
    expect(told.at(-1)).toBe('stop one, listening: false');
    expect(logger.entries).toMatchObject([{ level: 'error', details: { eventId: 10, err: { message: 'busy' } } }]);
  });

  it('one that does not stop delays the host by no more than the deadline and a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let deadline: AbortSignal | undefined;
      const { promise: stopping, resolve: stopCalled } = deferred();
      host = builderFor()
        .useBackgroundService(telling('one'))
        .useBackgroundService({
          stop: (signal) => {
            deadline = signal;
            stopCalled();
            return new Promise(() => {});
          },
        })
        .build();
      await host.start();
      const stopped = host.stop(AbortSignal.abort());
      await stopping;
      await vi.advanceTimersByTimeAsync(1000);
      await stopped;
      expect(deadline?.aborted).toBe(true);
      expect(told.at(-1)).toMatch(/^stop one/);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('services', () => {
  it('are reached from handlers, and disposed after everything else', async () => {
    const database = serviceKey<Disposable & { name: string }>('database');
    const builder = builderFor((context) => context.response.send(servicesOf(context).get(database).name));
    builder.services.add(database, () => ({ name: 'db', [Symbol.dispose]: () => void told.push('disposed') }));
    host = builder.useBackgroundService(telling('one')).build();
    await host.start();
    expect(await exchangeOverMemory(transport, 'work').response).toMatch(/\r\n\r\ndb$/);
    await host.stop();
    expect(told).toEqual(['start one, listening: false', 'stop one, listening: false', 'disposed']);
  });

  it('are disposed when the start fails', async () => {
    const database = serviceKey<Disposable>('database');
    const builder = builderFor();
    builder.services.addAsync(database, async () => ({ [Symbol.dispose]: () => void told.push('disposed') }));
    host = builder.configure(() => Promise.reject(new Error('no template'))).build();
    await expect(host.start()).rejects.toThrow('no template');
    expect(told).toEqual(['disposed']);
  });

  it('one that cannot be disposed is logged', async () => {
    const database = serviceKey<Disposable>('database');
    const builder = builderFor();
    const failure = new Error('open transactions');
    builder.services.addAsync(database, async () => ({
      [Symbol.dispose]: () => {
        throw failure;
      },
    }));
    host = builder.build();
    await host.start();
    await host.stop();
    expect(logger.entries).toMatchObject([
      { level: 'error', details: { eventId: 64, service: 'database', err: failure } },
    ]);
  });

  it('the host itself has some', () => {
    host = builderFor().useEnvironment('staging').build();
    expect(host.services.get(hostServices.logger)).toBe(logger);
    expect(host.services.get(hostServices.lifetime)).toBe(host.lifetime);
    expect(host.services.get(hostServices.environment).name).toBe('staging');
  });
});

describe('requestLogger', () => {
  it('adds the ids of request and connection, and is made once for a request', async () => {
    host = builderFor((context) => {
      requestLogger(context).info({ order: 7 }, 'Placed');
      context.response.send(String(requestLogger(context) === requestLogger(context)));
    }).build();
    await host.start();
    expect(await exchangeOverMemory(transport, 'work').response).toMatch(/\r\n\r\ntrue$/);
    const details = logger.entries[0]!.details as { connectionId: string; requestId: string };
    expect(details).toEqual({
      connectionId: expect.stringMatching(/^\w+-\w+$/) as string,
      requestId: `${details.connectionId}:00000001`,
      order: 7,
    });
  });
});

describe('work after the response that is rejected', () => {
  it('does not stop the host', async () => {
    const rejected: unknown[] = [];
    const record = (error: unknown): void => void rejected.push(error);
    process.on('unhandledRejection', record);
    try {
      host = builderFor(({ features, response }) => {
        features.require(PendingWorkFeature).waitFor(Promise.reject(new Error('work')));
        response.end();
      }).build();
      await host.start();
      await exchangeOverMemory(transport, 'work').response;
      await host.stop();
      expect(rejected).toEqual([]);
    } finally {
      process.off('unhandledRejection', record);
    }
  });
});

describe('readiness', () => {
  it('is true between start and stop', async () => {
    host = builderFor().build();
    const readiness = host.features.require(ReadinessFeature);
    expect(readiness.isReady).toBe(false);
    await host.start();
    expect(readiness.isReady).toBe(true);
    const stopped = host.stop();
    expect(readiness.isReady).toBe(false);
    await stopped;
  });

  it('ends before the host stops accepting, by the drain delay', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      host = builderFor((context) => context.response.send(String(host!.features.require(ReadinessFeature).isReady)))
        .useDrainDelay(5000)
        .build();
      await host.start();
      const stopped = host.stop();
      await vi.advanceTimersByTimeAsync(4999);
      expect(await exchangeOverMemory(transport, 'work').response).toMatch(/\r\n\r\nfalse$/);
      await vi.advanceTimersByTimeAsync(1);
      expect(isListening()).toBe(false);
      await stopped;
    } finally {
      vi.useRealTimers();
    }
  });

  it('the drain delay ends with the shutdown timeout', async () => {
    host = builderFor()
      .useDrainDelay(2 ** 31 - 1)
      .useShutdownTimeout(0)
      .build();
    await host.start();
    await host.stop();
    expect(isListening()).toBe(false);
  });
});

describe('reload', () => {
  it('calls every hook in order; one that fails is logged', async () => {
    host = builderFor().build();
    const failure = new Error('bad file');
    host.onReload(() => void told.push('one'));
    const remove = host.onReload(() => Promise.reject(failure));
    host.onReload(async () => void told.push('three'));
    expect(await host.reload()).toBe(false);
    expect(told).toEqual(['one', 'three']);
    expect(logger.entries).toMatchObject([{ level: 'error', details: { eventId: 67, err: failure } }]);
    remove();
    expect(await host.reload()).toBe(true);
    expect(logger.entries.at(-1)).toMatchObject({ level: 'info', message: 'Reloaded' });
  });

  it('one at a time; those that are asked for meanwhile are one more', async () => {
    host = builderFor().build();
    const finish: (() => void)[] = [];
    host.onReload(() => new Promise<void>((resolve) => finish.push(resolve)));
    const first = host.reload();
    await until(() => finish.length === 1);
    const others = [host.reload(), host.reload()];
    finish[0]!();
    await first;
    await until(() => finish.length === 2);
    finish[1]!();
    expect(await Promise.all(others)).toEqual([true, true]);
    expect(finish).toHaveLength(2);
  });
});
