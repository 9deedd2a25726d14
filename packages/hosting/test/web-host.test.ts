import {
  HostError,
  ReadinessFeature,
  ServicesFeature,
  WebHostBuilder,
  type WebHost,
  consoleLogger,
  serviceKey,
} from '@windhover/hosting';
import type { RequestDelegate } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature } from '@windhover/server';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { exchangeOverMemory } from './memory-exchange.ts';
import { RecordingLogger } from './recording-logger.ts';

const transport = new MemoryTransport();
const logger = new RecordingLogger();
const open: WebHost[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop(AbortSignal.abort())));
  logger.entries.length = 0;
});

const builderOn = (name: string): WebHostBuilder =>
  new WebHostBuilder()
    .useTransport(transport)
    .useProtocol(http1())
    .useLogger(logger)
    .useServer((server) => void server.listen({ kind: 'memory', name }));

const tracked = (host: WebHost): WebHost => {
  open.push(host);
  return host;
};

const hostOn = (name: string, handler: RequestDelegate): WebHost =>
  tracked(
    builderOn(name)
      .configure((app) => void app.run(handler))
      .build(),
  );

const connectTo = (name: string) => () => transport.connect({ kind: 'memory', name });
const refused = 'Nothing listens';

describe('a logger that throws', () => {
  const failing = (): never => {
    throw new Error('the log is closed');
  };
  const throwing = { debug: failing, info: failing, warn: failing, error: failing };

  it('keeps a host neither from running nor from stopping', async () => {
    vi.spyOn(console, 'log').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => void vi.restoreAllMocks());
    let isDisposed = false;
    const builder = builderOn('failing-log').useLogger(throwing);
    builder.services.addAsync(serviceKey<Disposable>('first'), async () => ({
      [Symbol.dispose]: () => void (isDisposed = true),
    }));
    builder.services.addAsync(serviceKey<Disposable>('second'), async () => ({ [Symbol.dispose]: failing }));
    const host = tracked(builder.configure((app) => void app.run(({ response }) => response.send('ok'))).build());
    const running = host.run();
    await until(() => host.lifetime.started.aborted);
    expect(await exchangeOverMemory(transport, 'failing-log').response).toMatch(/^HTTP\/1\.1 200 /);
    await host.reload();
    host.lifetime.stopApplication();
    await running;
    expect([host.lifetime.stopped.aborted, isDisposed]).toEqual([true, true]);
    expect(connectTo('failing-log')).toThrow(refused);
  });
});

describe('start', () => {
  it('serves the pipeline that configure has built', async () => {
    const host = tracked(
      builderOn('pipeline')
        .configure((app) => {
          app.use((context, next) => {
            context.response.headers.set('x-first', '1');
            return next(context);
          });
        })
        .configure(async (app) => {
          await Promise.resolve();
          app.run(({ response }) => response.send('hello'));
        })
        .build(),
    );
    await host.start();
    const response = await exchangeOverMemory(transport, 'pipeline').response;
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(response).toContain('x-first: 1\r\n');
    expect(response).toMatch(/\r\n\r\nhello$/);
  });

  it('gives a connection handler the services and the readiness of the host', async () => {
    const database = serviceKey<string>('features-database');
    const builder = builderOn('features');
    builder.services.addValue(database, 'db');
    const seen: unknown[] = [];
    builder.useServer((server) => {
      server.listen({ kind: 'memory', name: 'features-handler' }, (endpoint) => {
        endpoint.run(({ features }) => {
          seen.push(features.require(ServicesFeature).get(database), features.require(ReadinessFeature).isReady);
        });
      });
    });
    const host = tracked(builder.configure((app) => void app.run(() => {})).build());
    await host.start();
    connectTo('features-handler')();
    await until(() => seen.length > 0);
    expect(seen).toEqual(['db', true]);
  });

  it('responds to connections over a limit where rejectedConnections is respond', async () => {
    const builder = builderOn('rejected').useServer((server) => {
      server.limits.maxConcurrentConnections = 1;
      server.rejectedConnections = 'answer';
    });
    const host = tracked(builder.configure((app) => void app.run(() => {})).build());
    await host.start();
    connectTo('rejected')();
    expect(await exchangeOverMemory(transport, 'rejected').response).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('says where it listens only once it does', async () => {
    const host = hostOn('addresses', () => {});
    expect(host.addresses).toEqual([]);
    await host.start();
    expect(host.addresses).toEqual(['http://memory:addresses']);
    expect(host.features.get(ServerAddressesFeature)?.addresses).toBe(host.addresses);
  });

  it('nothing to answer requests with: HOSTING_NO_APPLICATION, and nothing listens', async () => {
    const host = tracked(builderOn('empty').build());
    await expect(host.start()).rejects.toMatchObject({ code: 'HOSTING_NO_APPLICATION' });
    expect(connectTo('empty')).toThrow(refused);
  });

  it('an error of configure is the error of start, and nothing listens', async () => {
    const host = tracked(
      builderOn('broken')
        .configure(() => {
          throw new TypeError('no such template');
        })
        .build(),
    );
    await expect(host.start()).rejects.toThrow('no such template');
    expect(connectTo('broken')).toThrow(refused);
    expect(host.lifetime.started.aborted).toBe(false);
  });

  it('an endpoint that cannot be bound: the ones before it are free again', async () => {
    const taken = hostOn('taken', () => {});
    await taken.start();
    const host = tracked(
      builderOn('first')
        .useServer((server) => void server.listen({ kind: 'memory', name: 'taken' }))
        .configure((app) => void app.run(() => {}))
        .build(),
    );
    await expect(host.start()).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(connectTo('first')).toThrow(refused);
  });

  it('a second time, or after a stop: HOSTING_ALREADY_STARTED', async () => {
    const host = hostOn('twice', () => {});
    await host.start();
    await expect(host.start()).rejects.toThrow(HostError);
    const stopped = hostOn('stopped', () => {});
    await stopped.stop();
    await expect(stopped.start()).rejects.toMatchObject({ code: 'HOSTING_ALREADY_STARTED' });
  });
});

describe('lifetime', () => {
  it('tells started, stopping and stopped in this order', async () => {
    const host = hostOn('order', () => {});
    const told: string[] = [];
    for (const moment of ['started', 'stopping', 'stopped'] as const) {
      host.lifetime[moment].addEventListener('abort', () => void told.push(moment));
    }
    await host.start();
    expect(told).toEqual(['started']);
    await host.stop();
    expect(told).toEqual(['started', 'stopping', 'stopped']);
  });

  it('stopApplication stops', async () => {
    const host = hostOn('asked', () => {});
    await host.start();
    const { promise, resolve } = deferred();
    host.lifetime.stopped.addEventListener('abort', () => resolve());
    host.lifetime.stopApplication();
    await promise;
    expect(connectTo('asked')).toThrow(refused);
  });
});

describe('stop', () => {
  it('lets a running request end', async () => {
    const running = deferred();
    const release = deferred();
    const host = hostOn('drain', async ({ response }) => {
      running.resolve();
      await release.promise;
      response.send('finished');
    });
    await host.start();
    const { response } = exchangeOverMemory(transport, 'drain');
    await running.promise;
    const stopped = host.stop();
    expect(host.lifetime.stopping.aborted).toBe(true);
    release.resolve();
    await stopped;
    expect(await response).toMatch(/finished$/);
  });

  it('cuts off what runs when its signal aborts', async () => {
    const running = deferred();
    const host = hostOn('stuck', () => {
      running.resolve();
      return new Promise(() => {});
    });
    await host.start();
    const { response } = exchangeOverMemory(transport, 'stuck');
    response.catch(() => {});
    await running.promise;
    await host.stop(AbortSignal.abort());
    await expect(response).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
    expect(host.lifetime.stopped.aborted).toBe(true);
  });

  it('cuts off what runs when the shutdown timeout is over', async () => {
    const running = deferred();
    const host = tracked(
      builderOn('deadline')
        .useShutdownTimeout(20)
        .configure((app) => {
          app.run(() => {
            running.resolve();
            return new Promise(() => {});
          });
        })
        .build(),
    );
    await host.start();
    const { response } = exchangeOverMemory(transport, 'deadline');
    response.catch(() => {});
    await running.promise;
    await host.stop();
    await expect(response).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('in the middle of a start: nothing stays bound', async () => {
    const configuring = deferred();
    const host = tracked(
      builderOn('middle')
        .configure((app) => {
          app.run(() => {});
          return configuring.promise;
        })
        .build(),
    );
    const starting = host.start();
    const stopping = host.stop();
    configuring.resolve();
    await Promise.all([starting, stopping]);
    expect(connectTo('middle')).toThrow(refused);
  });

  it('does not wait past its deadline for a start that hangs', async () => {
    const host = tracked(
      builderOn('hanging')
        .configure(() => new Promise(() => {}))
        .build(),
    );
    void host.start();
    await host.stop(AbortSignal.abort());
    expect(host.lifetime.stopped.aborted).toBe(true);
  });

  it('is what await using does', async () => {
    {
      await using host = hostOn('using', () => {});
      await host.start();
    }
    expect(connectTo('using')).toThrow(refused);
  });

  it('a second call waits for the first', async () => {
    const host = hostOn('again', () => {});
    await host.start();
    expect(host.stop()).toBe(host.stop());
    await host.stop();
  });

  it('the signal of a second call ends the wait, too', async () => {
    const running = deferred();
    const host = hostOn('second signal', () => {
      running.resolve();
      return new Promise(() => {});
    });
    await host.start();
    exchangeOverMemory(transport, 'second signal').response.catch(() => {});
    await running.promise;
    const stopped = host.stop();
    void host.stop(AbortSignal.abort());
    await stopped;
    const messages = logger.entries.map(({ message }) => message);
    expect(messages).not.toContain('The shutdown timeout has passed; the remaining work was aborted');
  });

  it('a listener of stopping that calls it: each background service is stopped once', async () => {
    let stops = 0;
    const host = tracked(
      builderOn('listener')
        .useBackgroundService({ stop: () => void stops++ })
        .configure((app) => void app.run(() => {}))
        .build(),
    );
    await host.start();
    host.lifetime.stopping.addEventListener('abort', () => void host.stop());
    await host.stop();
    expect(stops).toBe(1);
  });
});

describe('what the application does wrong', () => {
  it('is logged with the request, and the client receives only a status', async () => {
    const failure = new Error('the cellar is empty');
    const host = hostOn('failing', () => {
      throw failure;
    });
    await host.start();
    const response = await exchangeOverMemory(transport, 'failing', '/wine?year=1990').response;
    expect(response).toMatch(/^HTTP\/1\.1 500 /);
    expect(response).not.toContain('cellar');
    expect(logger.entries).toEqual([
      {
        level: 'error',
        details: {
          category: 'windhover.server',
          eventId: 13,
          requestId: expect.stringMatching(/^\w+-\w+:00000001$/) as string,
          method: 'GET',
          target: '/wine?year=1990',
          err: failure,
        },
        message: 'The application failed to answer a request',
      },
    ]);
  });

  it('something thrown that is no error is logged as one', async () => {
    const host = hostOn('throwing', () => {
      throw 'a string'; // oxlint-disable-line no-throw-literal
    });
    await host.start();
    await exchangeOverMemory(transport, 'throwing').response;
    expect(logger.entries).toMatchObject([
      { level: 'error', details: { err: { message: 'thrown, and not an Error: a string' } } },
    ]);
  });
});

describe('a thrown value that cannot be looked at', () => {
  it.each(hostileValues)('%s is logged, and the host goes on', async (name, make) => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    for (const format of ['text', 'json'] as const) {
      const host = tracked(
        builderOn(`${name} ${format}`)
          .useLogger(consoleLogger({ format, colour: false }))
          .configure((app) => {
            app.run(() => {
              throw make();
            });
          })
          .build(),
      );
      await host.start();
      for (let request = 0; request < 2; request++) {
        expect(await exchangeOverMemory(transport, `${name} ${format}`).response).toMatch(/^HTTP\/1\.1 500 /);
      }
    }
    vi.restoreAllMocks();
    expect(lines.filter((line) => line.includes('The application failed to answer a request')).length).toBe(4);
  });
});

describe('what the peer does wrong', () => {
  it('is logged for debugging only', async () => {
    const host = hostOn('strict', () => {});
    await host.start();
    const response = await exchangeOverMemory(transport, 'strict', '/ HTTP/1.1\r\nbad header').response;
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(logger.entries).toMatchObject([
      {
        level: 'debug',
        details: { category: 'windhover.server.bad-requests', eventId: 17, status: 400 },
        message: 'A request was refused',
      },
    ]);
  });
});
