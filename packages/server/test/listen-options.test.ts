import type { Connection, ConnectionBuilder, Endpoint } from '@windhover/connections';
import type { HttpProtocol } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenOptions, ServerOptions } from '../src/index.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { exchangeBytes, get } from './support/client.ts';
import { fakeTls } from './support/fake-tls.ts';
import { FakeTransport } from './support/fake-transport.ts';
import {
  type TestServer,
  addAddresses,
  addressesOf,
  application,
  echoTarget,
  makeServer,
  stopServers,
} from './support/server.ts';

afterEach(stopServers);

const endpoint: Endpoint = { kind: 'memory', name: 'app' };

const onMemory = (options: Partial<ServerOptions> = {}): TestServer & { transport: MemoryTransport } => {
  const transport = new MemoryTransport();
  return { ...makeServer({ transports: [transport], ...options }), transport };
};

/** A protocol that sends its name and closes. */
const nameSayer = (alpn: string, isNegotiatedOnly = false): HttpProtocol => ({
  alpn,
  isNegotiatedOnly,
  createHandler: () => (connection) => {
    connection.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
    connection.write(alpn);
    connection.end();
  },
});

/** The bytes that an endpoint sends back, up to its end. */
const answerOf = (transport: MemoryTransport, bytes = '', where = endpoint): Promise<string> => {
  const client = transport.connect(where);
  const answer = exchangeBytes(client, bytes);
  client.end();
  return answer;
};

describe('the protocol of a connection', () => {
  const protocols = [nameSayer('h2', true), nameSayer('http/1.1'), nameSayer('http/1.0')];

  it.each<[says: string, protocols: string[] | undefined, alpn: string | false | undefined, spoken: string]>([
    ['without TLS: the first that needs no negotiation', undefined, false, 'http/1.1'],
    ['TLS, nothing negotiated: the first that needs no negotiation', undefined, undefined, 'http/1.1'],
    ['TLS: the negotiated one', undefined, 'h2', 'h2'],
    ['TLS: the negotiated one, last in the list', undefined, 'http/1.0', 'http/1.0'],
    ['TLS: a negotiated one that only its server has', ['http/1.1', 'http/1.0'], 'h2', 'h2'],
    ['TLS: a negotiated one where the endpoint has one other', ['http/1.1'], 'h2', 'h2'],
    ['TLS: a negotiated one that the server does not have', ['http/1.1', 'h2'], 'acme-tls/1', 'http/1.1'],
    ["without TLS: the endpoint's own first", ['http/1.0', 'http/1.1'], false, 'http/1.0'],
    ['without TLS: the only one', ['h2'], false, 'h2'],
  ])('%s', async (_, names, alpn, spoken) => {
    const { server, transport } = onMemory({ protocols });
    server.listen(endpoint, (options) => {
      if (names !== undefined) options.protocols = names;
      if (alpn !== false) options.useTls(fakeTls(alpn));
    });
    await server.start(echoTarget);
    expect(await answerOf(transport)).toBe(spoken);
  });

  it('one that the server does not have: SERVER_PROTOCOL_UNKNOWN, and nothing listens', async () => {
    const { server, transport } = onMemory();
    server.listen(endpoint, (options) => {
      options.protocols = ['http/1.1', 'h2'];
    });
    await expect(server.start(echoTarget)).rejects.toMatchObject({
      code: 'SERVER_PROTOCOL_UNKNOWN',
      message: expect.stringMatching(/^h2: /),
    });
    expect(() => transport.connect(endpoint)).toThrow('Nothing listens');
  });

  it.each([
    [[], undefined],
    [[http1()], [] as string[]],
  ])('none (%#): SERVER_NO_PROTOCOL', async (protocols, names) => {
    const { server } = onMemory({ protocols });
    server.listen(endpoint, (options) => {
      if (names !== undefined) options.protocols = names;
    });
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_NO_PROTOCOL' });
  });
});

describe('TLS on an endpoint', () => {
  const echoScheme = application(({ request, response }) => response.send(request.scheme));

  it.each([
    ['https', true],
    ['http', false],
  ])('requests have the scheme %s, and so has the address', async (scheme, isTls) => {
    const { server, transport } = onMemory();
    server.listen(endpoint, (options) => void (isTls && options.useTls(fakeTls('http/1.1'))));
    await server.start(echoScheme);
    expect(addressesOf(server)).toEqual([`${scheme}://memory:app`]);
    expect(await answerOf(transport, get())).toMatch(new RegExp(`\r\n\r\n${scheme}$`));
  });

  it('twice: SERVER_TLS_TWICE', async () => {
    const { server } = onMemory();
    server.listen(endpoint, (options) => void options.useTls(fakeTls()).useTls(fakeTls()));
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_TLS_TWICE' });
  });

  it('the option https configures addresses that begin with https, and no others', async () => {
    const seen: string[] = [];
    const https = (builder: ConnectionBuilder): void => {
      seen.push(`${builder.name} ${builder.applicationProtocols.join()} ${builder.isTls}`);
      builder.useTls(fakeTls());
    };
    const { server } = makeServer({ transports: [new FakeTransport()], useHttps: https });
    addAddresses(server, 'http://127.0.0.1:1;https://127.0.0.1:2;HTTPS://localhost;http://*:3');
    await server.start(echoTarget);
    expect(seen).toEqual(['127.0.0.1:2 http/1.1 false', 'localhost:443 http/1.1 false']);
    expect(addressesOf(server)).toEqual([
      'http://127.0.0.1:1',
      'https://127.0.0.1:2',
      'https://localhost:443',
      'http://[::]:3',
    ]);
  });

  it.each([
    ['without the option', undefined],
    ['with an option that adds no TLS', () => {}],
  ])('https %s: SERVER_TLS_NOT_CONFIGURED, which says what to do', async (_, https) => {
    const { server } = makeServer({ transports: [new FakeTransport()], ...(https && { useHttps: https }) });
    addAddresses(server, 'https://127.0.0.1:1');
    await expect(server.start(echoTarget)).rejects.toMatchObject({
      code: 'SERVER_TLS_NOT_CONFIGURED',
      message: expect.stringMatching(/^https:\/\/127\.0\.0\.1:1: .* set the option `useHttps`/),
    });
  });

  it('an address with https keeps the TLS that the defaults have given it', async () => {
    const { server } = makeServer({ transports: [new FakeTransport()], useHttps: () => expect.unreachable() });
    addAddresses(server, 'https://127.0.0.1:1');
    server.configureEndpointDefaults((options) => void options.useTls(fakeTls()));
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual(['https://127.0.0.1:1']);
  });

  it('an async function: SERVER_CONFIGURE_ASYNC, because it would finish after the bind', async () => {
    const { server, transport } = onMemory();
    const configure = async (options: ListenOptions): Promise<void> => {
      options.name = 'later';
      await turns();
      throw new Error('this rejection is ignored');
    };
    server.listen(endpoint, (options) => configure(options) as unknown as void);
    await expect(server.start(echoTarget)).rejects.toMatchObject({
      code: 'SERVER_CONFIGURE_ASYNC',
      message: expect.stringMatching(/^later: /) as string,
    });
    expect(() => transport.connect(endpoint)).toThrow('Nothing listens');
    await turns(2);
  });

  it('a failing configuration fails the start, and nothing listens', async () => {
    const transport = new FakeTransport();
    const https = (): never => {
      throw new Error('no such certificate');
    };
    const { server } = makeServer({ transports: [transport], useHttps: https });
    addAddresses(server, 'http://127.0.0.1:1;https://127.0.0.1:2');
    await expect(server.start(echoTarget)).rejects.toThrow('no such certificate');
    expect(transport.asked).toEqual([]);
  });
});

describe('configureEndpointDefaults', () => {
  it("runs for each endpoint, before the endpoint's own configuration, wherever it was called", async () => {
    const { server } = makeServer({ transports: [new FakeTransport()] });
    const order: string[] = [];
    const note =
      (word: string) =>
      ({ name }: ListenOptions) =>
        void order.push(`${word} ${name}`);
    server.listenAnyIP(1, note('own'));
    server.configureEndpointDefaults(note('first'));
    server.configureEndpointDefaults(note('second'));
    server.listenLocalhost(2, note('own'));
    expect(order).toEqual([]);
    await server.start(echoTarget);
    expect(order).toEqual(['*:1', 'localhost:2'].flatMap((name) => [`first ${name}`, `second ${name}`, `own ${name}`]));
  });

  it('runs for addresses', async () => {
    const { server } = makeServer({ transports: [new FakeTransport()] });
    const names: string[] = [];
    server.configureEndpointDefaults(({ name }) => void names.push(name));
    addAddresses(server, 'http://localhost:1;http://*:2;http://[::1]:3;http://unix:/run/a.sock');
    await server.start(echoTarget);
    expect(names).toEqual(['localhost:1', '*:2', '[::1]:3', 'unix:/run/a.sock']);
  });
});

describe('the resources of an endpoint', () => {
  it('are disposed when the server has stopped, in reverse order; a failure is a warning', async () => {
    const { server, transport, warnings } = onMemory();
    const disposed: string[] = [];
    server.listen(endpoint, (options) => {
      options.own({ [Symbol.dispose]: () => void disposed.push('sync') });
      options.own({ [Symbol.dispose]: () => void disposed.push('sync, too') });
      options.own({ [Symbol.asyncDispose]: () => Promise.reject(new Error('stuck')) });
      options.own({ [Symbol.asyncDispose]: async () => void disposed.push('async') });
    });
    await server.start(echoTarget);
    const client = transport.connect(endpoint);
    client.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
    const stopping = server.stop();
    expect(disposed).toEqual([]);
    client.abort();
    await stopping;
    expect(disposed).toEqual(['async', 'sync, too', 'sync']);
    expect(warnings).toEqual([expect.stringContaining('stuck')]);
  });

  it('that never finish disposing: the server stops a second after the deadline', async () => {
    const clock = new ManualClock();
    const { server } = onMemory({ clock });
    server.listen(endpoint, (options) => void options.own({ [Symbol.asyncDispose]: () => new Promise(() => {}) }));
    await server.start(echoTarget);
    const stopping = server.stop(AbortSignal.abort());
    await turns(10);
    clock.seconds(1);
    await expect(stopping).resolves.toBeUndefined();
  });

  it.each<[says: string, configureOther: () => void, reason: string]>([
    ['a bind that fails', () => {}, 'no transport'],
    [
      'a configuration that fails',
      () => {
        throw new Error('not like this');
      },
      'not like this',
    ],
  ])('that never finish disposing do not hide %s: a second for each endpoint', async (_, configureOther, reason) => {
    const clock = new ManualClock();
    const { server } = onMemory({ clock });
    const stuck = { [Symbol.asyncDispose]: () => new Promise<void>(() => {}) };
    server.listen(endpoint, (options) => void options.own(stuck));
    server.listenAnyIP(1, (options) => {
      options.own(stuck);
      configureOther();
    });
    const starting = server.start(echoTarget);
    starting.catch(() => {});
    await turns(10);
    clock.seconds(1);
    await turns(10);
    clock.seconds(1);
    await expect(starting).rejects.toThrow(reason);
    await expect(server.stop()).resolves.toBeUndefined();
    expect(clock.running).toBe(0);
  });

  it('are disposed when the start fails, also when the configuration failed', async () => {
    const { server } = onMemory();
    const disposed: string[] = [];
    server.listen(endpoint, (options) => {
      options.own({ [Symbol.dispose]: () => void disposed.push('one') });
    });
    server.listenAnyIP(1, (options) => {
      options.own({ [Symbol.dispose]: () => void disposed.push('two') });
      throw new Error('no');
    });
    await expect(server.start(echoTarget)).rejects.toThrow('no');
    expect(disposed).toEqual(['two', 'one']);
  });
});

describe('run', () => {
  const shout = (connection: Connection): void =>
    connection.start({
      received: (bytes) => void connection.write(Buffer.from(bytes).toString('latin1').toUpperCase()),
      drained: () => {},
      ended: () => connection.end(),
      closed: () => {},
    });

  it('a connection handler runs beside HTTP', async () => {
    const { server, transport } = onMemory();
    const other: Endpoint = { kind: 'memory', name: 'shout' };
    let names: readonly string[] | undefined;
    server.listen(endpoint);
    server.listen(other, (options) => (names = options.run(shout).applicationProtocols));
    await server.start(echoTarget);
    expect(await answerOf(transport, 'hello', other)).toBe('HELLO');
    expect(await answerOf(transport, get('/still'))).toMatch(/\/still$/);
    expect(names).toEqual([]);
    expect(addressesOf(server)).toEqual(['http://memory:app', 'tcp://memory:shout']);
  });

  it('over TLS, with an ALPN name of its own; no protocol of HTTP is needed', async () => {
    const { server } = onMemory({ protocols: [] });
    let names: readonly string[] | undefined;
    server.listen(endpoint, (options) => {
      options.protocols = ['shout/1'];
      names = options.run(shout).useTls(fakeTls('shout/1')).applicationProtocols;
    });
    await server.start(echoTarget);
    expect(names).toEqual(['shout/1']);
    expect(addressesOf(server)).toEqual(['tls://memory:app']);
  });
});

describe('warn', () => {
  it('names the endpoint', async () => {
    const { server, warnings } = onMemory();
    server.listen(endpoint, (options) => {
      options.name = 'web';
      options.warn('The certificate has expired');
    });
    await server.start(echoTarget);
    expect(warnings).toEqual(['web: The certificate has expired']);
  });
});
