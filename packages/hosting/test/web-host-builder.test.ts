import { join } from 'node:path';
import { type Transport, TransportError, formatEndpoint } from '@windhover/connections';
import { type HostServer, WebHostBuilder, isDevelopment, loadSettings } from '@windhover/hosting';
import { type HttpProtocol, type HttpServices, pipelineApplication } from '@windhover/http';
import { serverLimitDefaults } from '@windhover/server';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, type ServerOptions, WindhoverServer } from '@windhover/server';
import { MemoryTransport } from '@windhover/transport-memory';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { lookLikeWorker } from './look-like-worker.ts';
import { exchangeOverMemory } from './memory-exchange.ts';
import { RecordingLogger } from './recording-logger.ts';

const transport = new MemoryTransport();
const logger = new RecordingLogger();
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
  logger.entries.length = 0;
});

const builder = (): WebHostBuilder =>
  new WebHostBuilder()
    .useTransport(transport)
    .useProtocol(http1())
    .useLogger(logger)
    .configure((app) => void app.run(({ response }) => response.send('ok')));

/** The services that a server would pass to a protocol. */
const resolvedServices: Omit<HttpServices, 'limits'> = {
  serverHeader: null,
  dateHeader: false,
  events: { applicationError: () => {}, badRequest: () => {} },
  wallClock: Date.now,
};

/** Catches what a factory is given, in front of a server that never starts. */
const optionsOf = (configured: WebHostBuilder): ServerOptions => {
  let seen: ServerOptions | undefined;
  configured.useServerFactory((options) => {
    seen = options;
    return new WindhoverServer(options);
  });
  configured.build();
  return seen!;
};

describe('useServer', () => {
  it('changes limits, from their defaults on, and header fields', async () => {
    const host = builder()
      .useServer((server) => {
        expect(server.limits).toEqual(serverLimitDefaults);
        server.limits.maxRequestLineSize = 20;
        server.serverHeader = null;
        server.dateHeader = false;
        server.listen({ kind: 'memory', name: 'limits' });
      })
      .build();
    cleanUps.push(() => host.stop());
    await host.start();
    expect(await exchangeOverMemory(transport, 'limits').response).toBe(
      'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok',
    );
    expect(await exchangeOverMemory(transport, 'limits', '/too/long/for/this').response).toMatch(/^HTTP\/1\.1 414 /);
  });

  it('a limit out of its range: HTTP_LIMIT_INVALID at build', () => {
    const invalid = builder().useServer((server) => void (server.limits.keepAliveTimeout = -1));
    expect(() => invalid.build()).toThrow(expect.objectContaining({ code: 'HTTP_LIMIT_INVALID' }));
  });
});

describe('listenSystemd', () => {
  /** A transport with what a launcher has opened for the process. */
  class ActivatedTransport extends MemoryTransport {
    readonly #names: readonly string[];

    constructor(names: readonly string[]) {
      super();
      this.#names = names;
    }

    inheritedEndpoints() {
      return this.#names.map((name) => ({ name, endpoint: { kind: 'memory', name } as const }));
    }
  }

  it.each<[title: string, names: string[], addresses: string[]]>([
    ['every socket that was opened', ['web', 'admin'], ['http://memory:web', 'http://memory:admin']],
    ['without any it adds nothing, and addresses are used', [], ['http://127.0.0.1:0']],
  ])('%s', async (_title, names, addresses) => {
    const host = builder()
      .useTransport(new ActivatedTransport(names))
      .useTransport(sockets())
      .useUrls('http://127.0.0.1:0')
      .useServer((server) => void server.listenSystemd())
      .build();
    cleanUps.push(() => host.stop());
    await host.start();
    expect(host.addresses.map((address) => address.replace(/:\d+$/, ':0'))).toEqual(addresses);
  });
});

describe('threadCount', () => {
  it.each([0, 1.5, Number.NaN, 1025])('%d: RangeError at build', (count) => {
    expect(() =>
      builder()
        .useServer((server) => void (server.threadCount = count))
        .build(),
    ).toThrow(RangeError);
  });
});

describe('useUrls', () => {
  const requested = (configured: WebHostBuilder): readonly string[] => {
    let urls: readonly string[] = [];
    const server: HostServer = {
      features: new WindhoverServer({ transports: [], protocols: [] }).features,
      start: async () => void (urls = [...server.features.require(ServerAddressesFeature).addresses]),
      stop: async () => {},
    };
    const host = configured.useServerFactory(() => server).build();
    void host.start();
    return host.addresses.length > 0 ? host.addresses : urls;
  };

  it('takes single addresses and lists; the last call counts', () => {
    const urls = requested(builder().useUrls('http://one').useUrls('http://two;http://three', 'http://four'));
    expect(urls).toEqual(['http://two;http://three', 'http://four']);
  });

  it('gives way to addresses that the server has been given', () => {
    const server = new WindhoverServer({ transports: [transport], protocols: [http1()] });
    const host = builder()
      .useUrls('http://builder')
      .useServerFactory(() => server)
      .build();
    host.features.require(ServerAddressesFeature).add('http://hand');
    void host.start().catch(() => {});
    expect(host.addresses).toEqual(['http://hand']);
  });

  it('is not used beside endpoints, and a warning says so', async () => {
    const host = builder()
      .useUrls('http://localhost:5000')
      .useServer((server) => void server.listen({ kind: 'memory', name: 'both' }))
      .build();
    cleanUps.push(() => host.stop());
    await host.start();
    expect(host.addresses).toEqual(['http://memory:both']);
    expect(logger.entries).toMatchObject([{ level: 'warn', message: /http:\/\/localhost:5000$/ }]);
  });

  it('a malformed address is an error of the start', async () => {
    const host = builder().useUrls('http://localhost:port').build();
    await expect(host.start()).rejects.toMatchObject({ code: 'ADDRESS_PORT_INVALID' });
  });
});

describe('useTransport', () => {
  it('the transport added last is asked first', () => {
    const second = new MemoryTransport();
    expect(optionsOf(builder().useTransport(second)).transports).toEqual([second, transport]);
  });
});

describe('useProtocol', () => {
  it('takes the place of one with the same ALPN name', () => {
    const made: string[] = [];
    const protocol = (alpn: string, name: string): HttpProtocol => ({
      alpn,
      createHandler: (...given) => {
        made.push(name);
        return http1().createHandler(...given);
      },
    });
    const configured = builder().useProtocol(protocol('other', 'other')).useProtocol(protocol('http/1.1', 'better'));
    const { protocols } = optionsOf(configured);
    expect(protocols.map(({ alpn }) => alpn)).toEqual(['http/1.1', 'other']);
    const services = { ...resolvedServices, limits: serverLimitDefaults };
    for (const each of protocols)
      each.createHandler(
        pipelineApplication(() => {}),
        services,
      );
    expect(made).toEqual(['better', 'other']);
  });
});

describe('useServerFactory', () => {
  it('endpoints of useServer would be lost: HOSTING_ENDPOINTS_NOT_USED', () => {
    const lost = builder()
      .useServer((server) => void server.listenLocalhost(0))
      .useServerFactory((options) => new WindhoverServer(options));
    expect(() => lost.build()).toThrow(expect.objectContaining({ code: 'HOSTING_ENDPOINTS_NOT_USED' }));
  });

  it('a server without addresses can be run, too', async () => {
    const calls: string[] = [];
    const { features } = new WindhoverServer({ transports: [], protocols: [] });
    features.set(ServerAddressesFeature, undefined);
    const host = builder()
      .useUrls('http://localhost')
      .useServerFactory(() => ({
        features,
        start: async () => void calls.push('start'),
        stop: async () => void calls.push('stop'),
      }))
      .build();
    await host.start();
    await host.stop();
    expect(calls).toEqual(['start', 'stop']);
    expect(host.addresses).toEqual([]);
  });
});

describe('settings for a server of another kind', () => {
  const started = async (...args: string[]): Promise<readonly string[]> => {
    let addresses: readonly string[] = [];
    const server: HostServer = {
      features: new WindhoverServer({ transports: [], protocols: [] }).features,
      start: async () => void (addresses = server.features.require(ServerAddressesFeature).addresses),
      stop: async () => {},
    };
    const settings = await loadSettings({ args, environment: {} });
    const host = builder()
      .useUrls('http://localhost:1')
      .useSettings(settings)
      .useServerFactory(() => server)
      .build();
    await host.start();
    await host.stop();
    return addresses;
  };

  it('their addresses override those of code', async () => {
    expect(await started('--urls', 'http://localhost:2;http://*:3')).toEqual(['http://localhost:2', 'http://*:3']);
    expect(await started('--httpPorts', '4')).toEqual(['http://*:4']);
    expect(await started('--shutdownTimeout', '5')).toEqual(['http://localhost:1']);
  });

  it('their endpoints are ignored with a warning', async () => {
    await started('--server.endpoints.web.url', 'http://localhost:2');
    expect(logger.entries.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^server\.endpoints: ignored, because the server factory /),
    );
  });
});

describe('useLogger', () => {
  it.each([[undefined], [null], [{}], [{ debug() {}, info() {}, warn() {} }], [{ log() {} }]])(
    '%j is no logger: TypeError that names the methods',
    (logger) => {
      expect(() => builder().useLogger(logger as never)).toThrow(
        /^useLogger takes a logger with the methods debug, info, warn and error; received a value without \w+\.$/,
      );
    },
  );
});

describe('useShutdownTimeout', () => {
  it.each([-1, Number.NaN, 2 ** 31])('%d: RangeError', (milliseconds) => {
    expect(() => builder().useShutdownTimeout(milliseconds)).toThrow(RangeError);
  });

  it.each([0, 2 ** 31 - 1, Infinity])('%d is possible', async (milliseconds) => {
    const host = builder().useShutdownTimeout(milliseconds).build();
    await expect(host.stop()).resolves.toBeUndefined();
  });
});

describe('useDrainDelay', () => {
  it.each([-1, Number.NaN, 2 ** 31, Infinity])('%d: RangeError', (milliseconds) => {
    expect(() => builder().useDrainDelay(milliseconds)).toThrow(RangeError);
  });
});

describe('the environment', () => {
  it('is production in the current directory by default', () => {
    expect(builder().build().environment).toEqual({ name: 'production', contentRoot: process.cwd() });
    const { environment } = builder().useEnvironment('Development').useContentRoot('site').build();
    expect(environment).toEqual({ name: 'Development', contentRoot: join(process.cwd(), 'site') });
    expect(isDevelopment(environment)).toBe(true);
  });
});

/** The sockets of a machine without IPv6. */
const withoutIPv6: Transport = {
  name: 'without IPv6',
  canBind: ({ kind }) => kind === 'ip',
  bind: async (endpoint) => {
    const name = formatEndpoint(endpoint);
    if (name.startsWith('[')) throw new TransportError('TRANSPORT_FAMILY_NOT_SUPPORTED', name);
    const unbind = async (): Promise<void> => {};
    return { endpoint, unbind, [Symbol.asyncDispose]: unbind };
  },
};

describe('localhost without IPv6 is an info entry of one process', () => {
  /** The entries of a server with `localhost` that a process with this thread number starts. */
  const entriesOf = async (thread: string | undefined): Promise<RecordingLogger['entries']> => {
    lookLikeWorker(thread);
    const server = new WindhoverServer({ ...optionsOf(builder()), transports: [withoutIPv6] });
    cleanUps.push(() => server.stop());
    server.listenLocalhost(5000);
    await server.start(pipelineApplication(() => {}));
    return logger.entries;
  };

  it.each([
    ['a program without workers', undefined, {}],
    ['the first worker', '1', { thread: 1, pid: process.pid }],
  ])('%s: logged once', async (_name, thread, details) => {
    expect(await entriesOf(thread)).toEqual([
      {
        level: 'info',
        details: { category: 'windhover.server', ...details },
        message: expect.stringMatching(/^localhost:5000 is bound on 127\.0\.0\.1 only\. /),
      },
    ]);
  });

  it.each(['2', '3', '16'])('worker %s: not logged', async (thread) => {
    expect(await entriesOf(thread)).toEqual([]);
  });
});

describe('build', () => {
  it('a second time: HOSTING_ALREADY_BUILT', () => {
    const used = builder();
    used.build();
    expect(() => used.build()).toThrow(expect.objectContaining({ code: 'HOSTING_ALREADY_BUILT' }));
  });
});
