import { ConnectionEndpointNameFeature, type Endpoint, type Transport } from '@windhover/connections';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndpointDescription, ListenTarget, ServerEndpoint, ServerOptions } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { AnswerReader, exchangeBytes, get } from './support/client.ts';
import { FakeTransport, type Failures } from './support/fake-transport.ts';
import { type TestServer, addressesOf, application, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

const one: Endpoint = { kind: 'memory', name: 'one' };
const two: Endpoint = { kind: 'memory', name: 'two' };

interface OnMemory extends TestServer {
  readonly transport: MemoryTransport;
  readonly clock: ManualClock;
}

const onMemory = (options: Partial<ServerOptions> = {}): OnMemory => {
  const transport = new MemoryTransport();
  const clock = new ManualClock();
  return { ...makeServer({ transports: [transport], clock, ...options }), transport, clock };
};

const closing = 'Connection: close\r\n';

const answers = async (transport: MemoryTransport, endpoint: Endpoint): Promise<boolean> =>
  (await exchangeBytes(transport.connect(endpoint), get('/up', closing))).endsWith('/up');

/** A client that keeps its connection, and the bytes that it receives. */
const keepOpen = (transport: MemoryTransport, endpoint: Endpoint) => {
  const client = transport.connect(endpoint);
  const reader = new AnswerReader();
  const told = { heads: [] as string[], closed: false, error: undefined as Error | undefined };
  client.start({
    received: (bytes) => void told.heads.push(...reader.push(bytes).map(({ head }) => head)),
    drained: () => {},
    ended: () => client.end(),
    closed: (error) => Object.assign(told, { closed: true, error }),
  });
  return { client, told };
};

describe('endpoints while the server runs', () => {
  it('are listed with name, address and connections, in the order in which they were added', async () => {
    const { server, transport } = onMemory();
    server.listen(one, (options) => {
      options.name = 'web';
    });
    expect(server.endpoints).toEqual([]);
    await server.start(echoTarget);
    const added = await server.addEndpoint(two);
    keepOpen(transport, two);
    await until(() => server.connectionCount === 1);
    const facts = ({ name, address, endpoints, connectionCount }: ServerEndpoint): unknown => [
      name,
      address,
      endpoints,
      connectionCount,
    ];
    expect(server.endpoints.map(facts)).toEqual([
      ['web', 'http://memory:one', [one], 0],
      ['memory:two', 'http://memory:two', [two], 1],
    ]);
    expect(server.endpoints[1]).toBe(added);
    expect(addressesOf(server)).toEqual(['http://memory:one', 'http://memory:two']);
  });

  it('one that is added answers with the same application, and has the defaults before its own', async () => {
    const { server, transport } = onMemory();
    const names: string[] = [];
    server.listen(one);
    server.configureEndpointDefaults(({ name }) => void names.push(`default ${name}`));
    await server.start(echoTarget);
    await server.addEndpoint(two, ({ name }) => void names.push(`own ${name}`));
    expect(await answers(transport, two)).toBe(true);
    expect(names).toEqual(['default memory:one', 'default memory:two', 'own memory:two']);
  });

  it('an address as text', async () => {
    const { server } = makeServer({ transports: [new FakeTransport()] });
    server.listenAnyIP(1);
    await server.start(echoTarget);
    await server.addEndpoint('http://localhost:7000');
    expect(server.endpoints[1]!.endpoints).toEqual([
      { kind: 'ip', address: '127.0.0.1', port: 7000 },
      { kind: 'ip', address: '::1', port: 7000 },
    ]);
    await expect(server.addEndpoint('https://localhost:7001')).rejects.toMatchObject({
      code: 'SERVER_TLS_NOT_CONFIGURED',
    });
    await expect(server.addEndpoint('http://localhost:x')).rejects.toMatchObject({ code: 'ADDRESS_PORT_INVALID' });
    expect(addressesOf(server)).toEqual(['http://[::]:1', 'http://localhost:7000']);
  });

  it.each<[says: string, target: Endpoint, protocols: string[], code: string]>([
    ['be bound', one, ['http/1.1'], 'SERVER_ADDRESS_TWICE'],
    ['find a transport', { kind: 'x-other' }, ['http/1.1'], 'SERVER_NO_TRANSPORT'],
    ['be configured', two, ['h2'], 'SERVER_PROTOCOL_UNKNOWN'],
  ])('one that cannot %s: the others go on, and what it owned is disposed', async (_, target, protocols, code) => {
    const { server, transport } = onMemory();
    let disposed = 0;
    server.listen(one);
    await server.start(echoTarget);
    const adding = server.addEndpoint(target, (options) => {
      options.protocols = protocols;
      options.own({ [Symbol.asyncDispose]: async () => void disposed++ });
    });
    await expect(adding).rejects.toMatchObject({ code });
    expect(disposed).toBe(1);
    expect(addressesOf(server)).toEqual(['http://memory:one']);
    expect(server.endpoints).toHaveLength(1);
    expect(await answers(transport, one)).toBe(true);
  });

  it('before the start: SERVER_NOT_STARTED; after the stop: SERVER_STOPPED', async () => {
    const { server } = onMemory();
    await expect(server.addEndpoint(two)).rejects.toMatchObject({ code: 'SERVER_NOT_STARTED' });
    server.listen(one);
    await server.start(echoTarget);
    await server.stop();
    expect(server.endpoints).toEqual([]);
    await expect(server.addEndpoint(two)).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
  });

  it('a stop that begins when the change is made: SERVER_STOPPED, and none is listed', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(echoTarget);
    const [endpoint] = server.endpoints;
    keepOpen(transport, one);
    await until(() => server.connectionCount === 1);
    const changing = server.changeEndpoints({ close: [endpoint!] });
    // Past the check that the server runs, and before the change.
    await Promise.resolve();
    const stopping = server.stop(AbortSignal.abort());
    await expect(changing).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    await stopping;
    expect(server.endpoints).toEqual([]);
  });

  it('a stop while one is added: SERVER_STOPPED, and nothing listens when the stop is over', async () => {
    const transport = new FakeTransport();
    const { server } = makeServer({ transports: [transport] });
    server.listenAnyIP(1);
    await server.start(echoTarget);
    const bound = deferred();
    transport.beforeBound = () => bound.promise;
    const adding = server.addEndpoint('http://127.0.0.1:2');
    await turns();
    const stopping = server.stop();
    bound.resolve();
    await expect(adding).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    await stopping;
    expect(transport.bound).toEqual([]);
  });
});

describe('close', () => {
  it('accepts no more, and leaves the others alone', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    server.listen(two);
    await server.start(echoTarget);
    const kept = keepOpen(transport, two);
    await until(() => server.connectionCount === 1);
    await server.endpoints[0]!.close();
    expect(addressesOf(server)).toEqual(['http://memory:two']);
    expect(() => transport.connect(one)).toThrow('Nothing listens');
    expect(await answers(transport, two)).toBe(true);
    expect(kept.told.closed).toBe(false);
    expect(server.connectionCount).toBe(1);
  });

  it('lets a request end, with Connection: close, and disposes then what it owns', async () => {
    const { promise, resolve } = deferred();
    const { server, transport } = onMemory();
    let isDisposed = false;
    server.listen(one, (options) => {
      options.own({ [Symbol.dispose]: () => (isDisposed = true) });
    });
    await server.start(
      application(async ({ response }) => {
        await promise;
        response.send('late');
      }),
    );
    const { client, told } = keepOpen(transport, one);
    client.write(get());
    await until(() => server.connectionCount === 1);
    await turns(3);
    const removing = server.endpoints[0]!.close();
    await turns(10);
    expect([server.endpoints.length, server.connectionCount, isDisposed]).toEqual([0, 1, false]);
    resolve();
    await removing;
    expect(told.heads[0]).toMatch(/connection: close/);
    expect([server.connectionCount, isDisposed]).toEqual([0, true]);
  });

  it.each([
    ['after five seconds', undefined],
    ['when the signal aborts', new AbortController()],
  ])('resets what is left %s', async (_, controller) => {
    const { server, transport, clock } = onMemory();
    server.listen(one);
    await server.start(application(() => new Promise<void>(() => {})));
    const { client, told } = keepOpen(transport, one);
    client.write(get());
    await until(() => server.connectionCount === 1);
    await turns(3);
    const removing = server.endpoints[0]!.close(controller?.signal);
    await turns(10);
    clock.seconds(4);
    await turns(3);
    expect(told.closed).toBe(false);
    if (controller === undefined) clock.seconds(1);
    else controller.abort();
    await removing;
    await until(() => told.closed);
    expect(told.error).toMatchObject({ code: 'CONNECTION_RESET' });
    expect(clock.running).toBe(1);
  });

  it('twice, and while the server stops: both wait for the same', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(application(() => new Promise<void>(() => {})));
    keepOpen(transport, one).client.write(get());
    await until(() => server.connectionCount === 1);
    const endpoint = server.endpoints[0]!;
    const removing = [endpoint.close(), endpoint.close()];
    await server.stop(AbortSignal.abort());
    await Promise.all(removing);
    expect(server.connectionCount).toBe(0);
  });

  it('while the server stops: the signal of the endpoint brings its deadline forward', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(application(() => new Promise<void>(() => {})));
    const { client, told } = keepOpen(transport, one);
    client.write(get());
    await until(() => server.connectionCount === 1);
    const [endpoint] = server.endpoints;
    const stopping = server.stop();
    await endpoint!.close(AbortSignal.abort());
    await stopping;
    await until(() => told.closed);
    expect(told.error).toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('the address is free at once after unbind, while old connections still drain', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(echoTarget);
    const old = server.endpoints[0]!;
    const { client, told } = keepOpen(transport, one);
    await until(() => server.connectionCount === 1);
    await old.unbind();
    expect(server.endpoints).toEqual([]);
    expect(addressesOf(server)).toEqual([]);
    expect(old.endpoints).toEqual([]);
    const next = await server.addEndpoint(one);
    const removing = old.close();
    expect(await answers(transport, one)).toBe(true);
    expect(addressesOf(server)).toEqual(['http://memory:one']);
    expect(server.endpoints).toEqual([next]);
    client.write(get());
    await removing;
    expect(told.heads).toEqual([expect.stringMatching(/connection: close/)]);
  });
});

describe('an endpoint that was unbound', () => {
  it('is replaced: the new one listens itself, because nothing is left to take over', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(echoTarget);
    const old = server.endpoints[0]!;
    await old.unbind();
    const [next] = await server.changeEndpoints({ open: [{ target: one }], close: [old] });
    expect(await answers(transport, one)).toBe(true);
    expect(server.endpoints).toEqual([next]);
  });
});

describe('the handle that listen returns', () => {
  it('is the endpoint that the server lists once it listens', async () => {
    const { server } = onMemory();
    const handle = server.listen(one);
    expect([handle.name, handle.address, handle.endpoints]).toEqual(['memory:one', '', []]);
    await server.start(echoTarget);
    expect(server.endpoints).toEqual([handle]);
    expect([handle.name, handle.address, handle.endpoints]).toEqual(['memory:one', 'http://memory:one', [one]]);
  });

  it('closed before the start: the server does not listen there', async () => {
    const { server } = onMemory();
    await server.listen(one).close();
    server.listen(two);
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual(['http://memory:two']);
  });

  it('closed while the server runs: the others go on', async () => {
    const { server, transport } = onMemory();
    const handle = server.listen(one);
    server.listen(two);
    await server.start(echoTarget);
    await handle.close();
    expect(handle.isClosed).toBe(true);
    expect(addressesOf(server)).toEqual(['http://memory:two']);
    expect(await answers(transport, two)).toBe(true);
  });

  it('listen takes an address as text', () => {
    const { server } = onMemory();
    expect(server.listen('https://localhost:7001').description).toMatchObject({
      isHttps: true,
      target: { kind: 'localhost', host: 'localhost', port: 7001 },
    });
    expect(() => server.listen('http://localhost:x')).toThrow(
      expect.objectContaining({ code: 'ADDRESS_PORT_INVALID' }),
    );
  });
});

describe('changeEndpoints', () => {
  const ip = (address: string, port: number): Endpoint => ({ kind: 'ip', address, port });
  const localhost = (port: number) => ({ kind: 'localhost', host: 'localhost', port }) as const;

  /** A server over a fake transport that listens on these targets, in their order. */
  const listening = async (targets: ListenTarget[], failures: Failures = {}) => {
    const transport = new FakeTransport(failures);
    const made = makeServer({ transports: [transport] });
    const handles = targets.map((target) => made.server.listen(target));
    await made.server.start(echoTarget);
    transport.asked.length = 0;
    return { ...made, transport, handles };
  };

  it.each<[changes: string, before: ListenTarget[], after: ListenTarget[], binds: string[], bound: string[]]>([
    ['the same address', [ip('127.0.0.1', 1)], [ip('127.0.0.1', 1)], [], ['127.0.0.1:1']],
    ['any free port', [ip('127.0.0.1', 0)], [ip('127.0.0.1', 0)], [], ['127.0.0.1:40000']],
    ['the port that was free', [ip('127.0.0.1', 0)], [ip('127.0.0.1', 40_000)], [], ['127.0.0.1:40000']],
    ['localhost', [localhost(1)], [localhost(1)], [], ['127.0.0.1:1', '[::1]:1']],
    ['any free port of localhost', [localhost(0)], [localhost(0)], [], ['127.0.0.1:40000', '[::1]:40000']],
    ['localhost to one of its addresses', [localhost(1)], [ip('::1', 1)], [], ['[::1]:1']],
    ['localhost to the first of its addresses', [localhost(1)], [ip('127.0.0.1', 1)], [], ['127.0.0.1:1']],
    ['an address to localhost', [ip('::1', 1)], [localhost(1)], ['127.0.0.1:1'], ['127.0.0.1:1', '[::1]:1']],
    ['every interface', [{ kind: 'any', port: 1 }], [{ kind: 'any', port: 1 }], [], ['[::]:1']],
    ['a unix socket', [{ kind: 'unix', path: '/a' }], [{ kind: 'unix', path: '/a' }], [], ['unix:/a']],
    [
      'two that swap addresses',
      [ip('127.0.0.1', 1), ip('127.0.0.1', 2)],
      [ip('127.0.0.1', 2), ip('127.0.0.1', 1)],
      [],
      ['127.0.0.1:1', '127.0.0.1:2'],
    ],
    ['to another address', [ip('127.0.0.1', 1)], [ip('127.0.0.1', 2)], ['127.0.0.1:2'], ['127.0.0.1:2']],
  ])('%s: a socket that is still needed never stops listening', async (_, before, after, binds, bound) => {
    const { server, transport, handles } = await listening(before);
    const unbound: string[] = [];
    transport.beforeUnbound = (name) => void unbound.push(name);
    const opened = await server.changeEndpoints({ open: after.map((target) => ({ target })), close: handles });
    await Promise.all(handles.map((handle) => handle.close()));
    expect(transport.asked).toEqual(binds);
    expect(transport.bound.toSorted()).toEqual(bound);
    expect(unbound.filter((name) => bound.includes(name))).toEqual([]);
    expect(server.endpoints).toEqual(opened);
  });

  it('connections that come go to the new endpoint, open ones stay with the old one until it is closed', async () => {
    const { server, transport } = onMemory();
    const names: string[] = [];
    const handle = server.listen(one, (options) => void (options.name = 'old'));
    await server.start(
      application(({ features, response }) => {
        names.push(features.require(ConnectionEndpointNameFeature).endpointName);
        response.send('');
      }),
    );
    const { client, told } = keepOpen(transport, one);
    await until(() => handle.connectionCount === 1);
    const [opened] = await server.changeEndpoints({ open: [{ target: one, name: 'new' }], close: [handle] });
    await exchangeBytes(transport.connect(one), get('/', closing));
    client.write(get());
    await handle.close();
    expect(names).toEqual(['new', 'old']);
    expect(told.heads).toEqual([expect.stringMatching(/connection: close/)]);
    expect([opened!.address, handle.endpoints]).toEqual(['http://memory:one', []]);
  });

  it.each<[fails: string, open: EndpointDescription, code: string]>([
    ['is in use', { target: ip('127.0.0.1', 9) }, 'TRANSPORT_ADDRESS_IN_USE'],
    ['overlaps the address of an endpoint that closes', { target: ip('0.0.0.0', 1) }, 'SERVER_ADDRESS_HELD'],
    ['has no transport', { target: { kind: 'memory', name: 'x' } }, 'SERVER_NO_TRANSPORT'],
    ['cannot be configured', { target: ip('127.0.0.1', 3), protocols: ['h2'] }, 'SERVER_PROTOCOL_UNKNOWN'],
    ['needs TLS', { target: ip('127.0.0.1', 3), isHttps: true }, 'SERVER_TLS_NOT_CONFIGURED'],
  ])('one that %s: nothing changes, and nothing stops listening', async (_, last, code) => {
    const failures: Failures = {
      '127.0.0.1:9': 'TRANSPORT_ADDRESS_IN_USE',
      '0.0.0.0:1': 'TRANSPORT_ADDRESS_IN_USE',
    };
    const { server, transport, handles } = await listening([{ kind: 'any', port: 1 }, ip('127.0.0.1', 2)], failures);
    const unbound: string[] = [];
    transport.beforeUnbound = (name) => void unbound.push(name);
    const open = [{ target: ip('127.0.0.1', 2) }, { target: ip('127.0.0.1', 4) }, last];
    await expect(server.changeEndpoints({ open, close: handles })).rejects.toMatchObject({ code });
    expect(transport.bound).toEqual(['[::]:1', '127.0.0.1:2']);
    expect(unbound.filter((name) => name !== '127.0.0.1:4')).toEqual([]);
    expect(server.endpoints).toEqual(handles);
    expect(handles.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    // The failed attempt has not reserved the sockets.
    await server.changeEndpoints({ open: [{ target: ip('127.0.0.1', 2), name: 'next' }], close: [handles[1]!] });
    expect(server.endpoints.map(({ name }) => name)).toEqual(['*:1', 'next']);
  });
});

describe('an endpoint that is closed while another one is about to take over its socket', () => {
  const slow: Endpoint = { kind: 'x-slow' };
  const setUp = async () => {
    const isBinding = deferred();
    const gate = deferred();
    const memory = new MemoryTransport();
    const transport: Transport = {
      name: 'slow',
      canBind: ({ kind }) => kind === 'x-slow',
      bind: async (endpoint) => {
        isBinding.resolve();
        await gate.promise;
        const unbind = (): Promise<void> => Promise.resolve();
        return { endpoint, unbind, [Symbol.asyncDispose]: unbind };
      },
    };
    const { server } = makeServer({ transports: [memory, transport] });
    const old = server.listen(one);
    await server.start(echoTarget);
    const changed = server.changeEndpoints({ open: [{ target: one }, { target: slow }], close: [old] });
    await isBinding.promise;
    return { server, memory, old, gate, changed };
  };

  it('the new endpoint serves it', async () => {
    const { memory, old, gate, changed } = await setUp();
    const closed = old.close();
    await turns();
    gate.resolve();
    await changed;
    await closed;
    expect(await answers(memory, one)).toBe(true);
  });

  it('the address is free if the new endpoint cannot listen', async () => {
    const { server, memory, old, gate, changed } = await setUp();
    const closed = old.close();
    await turns();
    gate.reject(new Error('no'));
    await expect(changed).rejects.toThrow('no');
    await closed;
    expect(() => memory.connect(one)).toThrow(expect.objectContaining({ code: 'CONNECTION_REFUSED' }));
    await server.addEndpoint(one);
    expect(await answers(memory, one)).toBe(true);
  });
});
