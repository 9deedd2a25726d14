import type { Endpoint } from '@windhover/connections';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerEndpoint } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { get } from './support/client.ts';
import { FakeTransport } from './support/fake-transport.ts';
import { answers, keepOpen, onMemory, one, two } from './support/on-memory.ts';
import { addressesOf, application, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

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
