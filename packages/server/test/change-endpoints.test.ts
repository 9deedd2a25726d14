import { ConnectionEndpointNameFeature, type Endpoint, type Transport } from '@windhover/connections';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndpointDescription, ListenTarget } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { exchangeBytes, get } from './support/client.ts';
import { FakeTransport, type Failures } from './support/fake-transport.ts';
import { answers, closing, keepOpen, onMemory, one } from './support/on-memory.ts';
import { application, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

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

  it('an endpoint that was unbound: the new one listens itself, because nothing is left to take over', async () => {
    const { server, transport } = onMemory();
    server.listen(one);
    await server.start(echoTarget);
    const old = server.endpoints[0]!;
    await old.unbind();
    const [next] = await server.changeEndpoints({ open: [{ target: one }], close: [old] });
    expect(await answers(transport, one)).toBe(true);
    expect(server.endpoints).toEqual([next]);
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
