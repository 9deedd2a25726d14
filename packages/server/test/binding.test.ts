import { type BindOptions, TransportError, type TransportErrorCode } from '@windhover/connections';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { type ServerError, defaultAddress } from '../src/index.ts';
import { resolveServerOptions } from '../src/server-options.ts';
import { FakeTransport, type Failures } from './support/fake-transport.ts';
import { type TestServer, addAddresses, addressesOf, echoTarget, makeServer, stopServers } from './support/server.ts';

afterEach(stopServers);

/** A server with addresses, on a transport that opens nothing. */
const onFake = (failures: Failures, ...addresses: string[]): TestServer & { transport: FakeTransport } => {
  const transport = new FakeTransport(failures);
  const made = makeServer({ transports: [transport] });
  addAddresses(made.server, ...addresses);
  return { ...made, transport };
};

describe('what is bound for an address', () => {
  it.each([
    ['http://127.0.0.1:80', ['127.0.0.1:80'], 'http://127.0.0.1:80'],
    ['http://127.0.0.1:0', ['127.0.0.1:0'], 'http://127.0.0.1:40000'],
    ['http://[::1]:8080', ['[::1]:8080'], 'http://[::1]:8080'],
    ['http://[0:0:0:0:0:0:0:1]:8080', ['[::1]:8080'], 'http://[::1]:8080'],
    ['HTTP://LOCALHOST', ['127.0.0.1:80', '[::1]:80'], 'http://localhost:80'],
    ['http://App.dev.LocalHost:1', ['127.0.0.1:1', '[::1]:1'], 'http://App.dev.localhost:1'],
    ['http://localhost:0', ['127.0.0.1:0', '[::1]:40000'], 'http://localhost:40000'],
    ['http://*:5000', ['[::]:5000'], 'http://[::]:5000'],
    ['http://+:0', ['[::]:0'], 'http://[::]:40000'],
    ['http://example.com:5000', ['[::]:5000'], 'http://[::]:5000'],
    ['http://0.0.0.0:5000', ['0.0.0.0:5000'], 'http://0.0.0.0:5000'],
    ['http://unix:/run/app.sock', ['unix:/run/app.sock'], 'http://unix:/run/app.sock'],
    ['http://unix:@app', ['unix:@app'], 'http://unix:@app'],
    ['http://pipe:/app', ['pipe:/app'], 'http://pipe:/app'],
  ])('%s: %j, published as %s', async (address, asked, published) => {
    const { server, transport, warnings } = onFake({}, address);
    await server.start(echoTarget);
    expect(transport.asked).toEqual(asked);
    expect(addressesOf(server)).toEqual([published]);
    expect(warnings).toEqual([]);
  });

  it('no addresses: http://localhost:5000, both loopback addresses', async () => {
    const { server, transport } = onFake({});
    await server.start(echoTarget);
    expect(defaultAddress).toBe('http://localhost:5000');
    expect(transport.asked).toEqual(['127.0.0.1:5000', '[::1]:5000']);
    expect(addressesOf(server)).toEqual([defaultAddress]);
  });

  it.each([[''], [' ; '], [';;']])('text without an address (%j): the default', async (address) => {
    const { server } = onFake({}, address);
    await server.start(echoTarget);
    expect(addressesOf(server)).toEqual([defaultAddress]);
  });

  it('several, in one text or many: in order', async () => {
    const { server, transport } = onFake({}, 'http://127.0.0.1:1; http://[::1]:2', 'http://127.0.0.1:3');
    await server.start(echoTarget);
    expect(transport.asked).toEqual(['127.0.0.1:1', '[::1]:2', '127.0.0.1:3']);
    expect(addressesOf(server)).toEqual(['http://127.0.0.1:1', 'http://[::1]:2', 'http://127.0.0.1:3']);
  });
});

describe('what is bound for an endpoint', () => {
  it('each kind of listen…, published under the name it was asked for', async () => {
    const { server, transport } = onFake({});
    server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    server.listenLocalhost(7000);
    server.listenAnyIP(7001);
    server.listenUnixSocket('/run/app.sock');
    server.listenHandle(3);
    server.listen({ kind: 'x-serial', device: 'ttyS0' });
    await server.start(echoTarget);
    expect(transport.asked.slice(0, 4)).toEqual(['127.0.0.1:0', '127.0.0.1:7000', '[::1]:7000', '[::]:7001']);
    expect(addressesOf(server)).toEqual([
      'http://127.0.0.1:40000',
      'http://localhost:7000',
      'http://[::]:7001',
      'http://unix:/run/app.sock',
      'http://<file handle 3>',
      'http://x-serial',
    ]);
  });

  it('endpoints take precedence over addresses, and a warning names the addresses', async () => {
    const { server, transport, warnings } = onFake({}, 'http://127.0.0.1:1', 'http://127.0.0.1:2');
    server.listenAnyIP(3);
    await server.start(echoTarget);
    expect(transport.asked).toEqual(['[::]:3']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('http://127.0.0.1:1, http://127.0.0.1:2');
  });

  it('the first transport that supports an endpoint binds it', async () => {
    const first = new FakeTransport();
    const second = new FakeTransport();
    first.canBind = ({ kind }) => kind === 'unix';
    const { server } = makeServer({ transports: [first, second] });
    server.listenUnixSocket('/a');
    server.listenAnyIP(1);
    await server.start(echoTarget);
    expect(first.asked).toEqual(['unix:/a']);
    expect(second.asked).toEqual(['[::]:1']);
  });
});

describe('an invalid port', () => {
  it.each([-1, 65_536, 1.5, Number.NaN, '80' as unknown as number])('%d: SERVER_PORT_INVALID', async (port) => {
    const { server } = onFake({});
    const invalid: unknown = expect.objectContaining({ code: 'SERVER_PORT_INVALID' });
    const address = '127.0.0.1';
    expect(() => server.listen({ kind: 'ip', address, port })).toThrow(invalid);
    expect(() => server.listenLocalhost(port)).toThrow(invalid);
    expect(() => server.listenAnyIP(port)).toThrow(invalid);
    await server.start(echoTarget);
    await expect(server.addEndpoint({ kind: 'ip', address, port })).rejects.toEqual(invalid);
  });
});

describe('localhost', () => {
  const unavailable: TransportErrorCode[] = [
    'TRANSPORT_FAMILY_NOT_SUPPORTED',
    'TRANSPORT_ADDRESS_NOT_AVAILABLE',
    'TRANSPORT_PERMISSION_DENIED',
  ];

  it.each(unavailable)('IPv6 is unavailable (%s): information, and IPv4 alone', async (code) => {
    const { server, transport, warnings, notices } = onFake({ '[::1]:*': code }, 'http://localhost:5000');
    await server.start(echoTarget);
    expect(transport.bound).toEqual(['127.0.0.1:5000']);
    expect(addressesOf(server)).toEqual(['http://localhost:5000']);
    expect([warnings.length, notices.length]).toEqual([0, 1]);
    expect(notices[0]).toMatch(/^localhost:5000 is bound on 127\.0\.0\.1 only\. Cannot listen on \[::1\]:5000/);
  });

  it.each(unavailable)('IPv4 is unavailable (%s): information, and IPv6 alone', async (code) => {
    const { server, transport, warnings, notices } = onFake({ '127.0.0.1:*': code }, 'http://localhost:0');
    await server.start(echoTarget);
    expect(transport.bound).toEqual(['[::1]:40000']);
    expect(addressesOf(server)).toEqual(['http://localhost:40000']);
    expect([warnings.length, notices.length]).toEqual([0, 1]);
    expect(notices[0]).toMatch(/is bound on ::1 only/);
  });

  it('neither is available: SERVER_LOOPBACK_UNAVAILABLE with both errors', async () => {
    const failures = {
      '127.0.0.1:*': 'TRANSPORT_ADDRESS_NOT_AVAILABLE',
      '[::1]:*': 'TRANSPORT_FAMILY_NOT_SUPPORTED',
    } as const;
    const { server } = onFake(failures, 'http://localhost:5000');
    const error = await server.start(echoTarget).catch((error: unknown) => error as ServerError);
    expect(error).toMatchObject({ name: 'ServerError', code: 'SERVER_LOOPBACK_UNAVAILABLE' });
    const { errors } = (error as ServerError).cause as AggregateError;
    expect(errors.map(({ code }: TransportError) => code)).toEqual(Object.values(failures));
  });

  it.each(['TRANSPORT_PERMISSION_DENIED', 'TRANSPORT_FAMILY_NOT_SUPPORTED'] as const)(
    'permission denied on one, %s on the other: the permission error, which says what to do',
    async (other) => {
      const failures = { '127.0.0.1:*': other, '[::1]:*': 'TRANSPORT_PERMISSION_DENIED' } as const;
      const { server } = onFake(failures, 'http://localhost:80');
      await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_PERMISSION_DENIED' });
    },
  );

  it.each(['127.0.0.1:5000', '[::1]:5000'])('in use on %s: the start fails, nothing stays bound', async (taken) => {
    const { server, transport } = onFake({ [taken]: 'TRANSPORT_ADDRESS_IN_USE' }, 'http://localhost:5000');
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(transport.bound).toEqual([]);
    // A port that was asked for is tried once; only port 0 is tried again.
    expect(transport.asked.filter((address) => address === taken)).toEqual([taken]);
  });

  it('in use: no timer is left', async () => {
    const clock = new ManualClock();
    const transport = new FakeTransport({ '127.0.0.1:5000': 'TRANSPORT_ADDRESS_IN_USE' });
    const { server } = makeServer({ transports: [transport], clock });
    addAddresses(server, 'http://127.0.0.1:5000');
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(clock.running).toBe(0);
  });

  it('port 0: a port that is free for one family only is given back, and the other family chooses the next', async () => {
    const failures = {
      '[::1]:40000': 'TRANSPORT_ADDRESS_IN_USE',
      '127.0.0.1:40001': 'TRANSPORT_ADDRESS_IN_USE',
    } as const;
    const { server, transport } = onFake(failures, 'http://localhost:0');
    await server.start(echoTarget);
    expect(transport.asked).toEqual([
      '127.0.0.1:0',
      '[::1]:40000',
      '[::1]:0',
      '127.0.0.1:40001',
      '127.0.0.1:0',
      '[::1]:40002',
    ]);
    expect(transport.bound).toEqual(['127.0.0.1:40002', '[::1]:40002']);
    expect(server.endpoints[0]!.endpoints).toMatchObject([{ port: 40_002 }, { port: 40_002 }]);
    expect(addressesOf(server)).toEqual(['http://localhost:40002']);
  });

  it('port 0: gives up after several attempts', async () => {
    const { server, transport } = onFake({ '[::1]:*': 'TRANSPORT_ADDRESS_IN_USE' }, 'http://localhost:0');
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
    expect(transport.asked.filter((name) => name.startsWith('[::1]'))).toHaveLength(16);
    expect(transport.bound).toEqual([]);
  });
});

describe('every interface', () => {
  it.each<TransportErrorCode>(['TRANSPORT_FAMILY_NOT_SUPPORTED', 'TRANSPORT_ADDRESS_NOT_AVAILABLE'])(
    'no IPv6 (%s): 0.0.0.0, and published as such',
    async (code) => {
      const { server, transport } = onFake({ '[::]:*': code }, 'http://*:5000');
      await server.start(echoTarget);
      expect(transport.bound).toEqual(['0.0.0.0:5000']);
      expect(addressesOf(server)).toEqual(['http://0.0.0.0:5000']);
    },
  );

  it.each<TransportErrorCode>(['TRANSPORT_ADDRESS_IN_USE', 'TRANSPORT_PERMISSION_DENIED'])(
    '%s: fails, without a second try',
    async (code) => {
      const { server, transport } = onFake({ '[::]:*': code }, 'http://*:5000');
      await expect(server.start(echoTarget)).rejects.toMatchObject({ code });
      expect(transport.asked).toEqual(['[::]:5000']);
    },
  );
});

describe('a start that fails', () => {
  it('at the third address: the first two are closed', async () => {
    const failures = { '127.0.0.1:3': 'TRANSPORT_PERMISSION_DENIED' } as const;
    const { server, transport } = onFake(failures, 'http://127.0.0.1:1;http://localhost:2;http://127.0.0.1:3');
    const error = await server.start(echoTarget).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TransportError);
    expect(transport.asked).toEqual(['127.0.0.1:1', '127.0.0.1:2', '[::1]:2', '127.0.0.1:3']);
    expect(transport.bound).toEqual([]);
  });

  it('a listener that fails to close: the original error is thrown, and the others are closed', async () => {
    const failures = { '127.0.0.1:3': 'TRANSPORT_PERMISSION_DENIED' } as const;
    const { server, transport, warnings } = onFake(
      failures,
      'http://127.0.0.1:1;http://127.0.0.1:2;http://127.0.0.1:3',
    );
    transport.beforeUnbound = (name) => {
      if (name === '127.0.0.1:1') throw new Error('stuck');
    };
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'TRANSPORT_PERMISSION_DENIED' });
    expect(transport.bound).toEqual(['127.0.0.1:1']);
    expect(warnings).toEqual(['127.0.0.1:1 could not be unbound. Error: stuck']);
  });

  it('a malformed address: AddressError, and nothing was bound', async () => {
    const { server, transport } = onFake({}, 'http://127.0.0.1:1', 'http://127.0.0.1:80x');
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'ADDRESS_PORT_INVALID' });
    expect(transport.asked).toEqual([]);
  });

  it.each(['https://localhost:5001', 'HTTPS://unix:/run/a.sock'])(
    '%s: SERVER_TLS_NOT_CONFIGURED, which names the address alone, and nothing was bound',
    async (address) => {
      const { server, transport } = onFake({}, 'http://127.0.0.1:1', address);
      const error = await server.start(echoTarget).catch((error: unknown) => error as ServerError);
      expect(error).toMatchObject({ code: 'SERVER_TLS_NOT_CONFIGURED' });
      expect((error as ServerError).message).toMatch(/^https:\/\//i);
      expect((error as ServerError).message).not.toContain('127.0.0.1:1');
      expect(transport.asked).toEqual([]);
    },
  );

  it('no transport supports the endpoint: SERVER_NO_TRANSPORT, which names it', async () => {
    const { server } = onFake({});
    server.listen({ kind: 'memory', name: 'a' });
    const error = await server.start(echoTarget).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'SERVER_NO_TRANSPORT' });
    expect(String(error)).toContain('memory:a');
  });

  it('no transport at all: SERVER_NO_TRANSPORT', async () => {
    const { server } = makeServer({ transports: [] });
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_NO_TRANSPORT' });
  });

  it('no protocol: SERVER_NO_PROTOCOL, and nothing was bound', async () => {
    const transport = new FakeTransport();
    const { server } = makeServer({ transports: [transport], protocols: [] });
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_NO_PROTOCOL' });
    expect(transport.asked).toEqual([]);
  });

  it('a limit out of its range: the server is not even made', () => {
    expect(() => makeServer({ limits: { maxRequestLineSize: 0 } })).toThrow(
      expect.objectContaining({ code: 'HTTP_LIMIT_INVALID' }),
    );
  });

  it('the server cannot be started again', async () => {
    const { server } = onFake({ '127.0.0.1:1': 'TRANSPORT_ADDRESS_IN_USE' }, 'http://127.0.0.1:1');
    await expect(server.start(echoTarget)).rejects.toThrow('in use');
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code: 'SERVER_ALREADY_STARTED' });
  });
});

describe('reports of a server without event handlers', () => {
  it('errors of the application and warnings go to stderr, refused requests do not', () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { events } = resolveServerOptions({ transports: [], protocols: [] });
    events.applicationError(new Error('mine'), undefined!);
    events.warning('look here');
    events.badRequest(undefined!, undefined!);
    expect(written.mock.calls).toEqual([
      ['windhover: the application failed:', new Error('mine')],
      ['windhover: look here'],
    ]);
    written.mockRestore();
  });
});

describe('errors of accepting connections', () => {
  it('are warnings of the server, and so is the recovery; all endpoints share the functions', async () => {
    const handed: BindOptions[] = [];
    const transport = new FakeTransport();
    const bind = transport.bind.bind(transport);
    transport.bind = (endpoint, accept, options?: BindOptions) => {
      handed.push(options!);
      return bind(endpoint, accept);
    };
    const { server, warnings } = makeServer({ transports: [transport] });
    server.listenAnyIP(1);
    server.listenLocalhost(2);
    await server.start(echoTarget);
    expect(new Set(handed.map(({ onAcceptError }) => onAcceptError)).size).toBe(1);
    handed[0]!.onAcceptError!(new Error('No file descriptor is left'));
    handed[0]!.onAcceptRecovered!();
    expect(warnings).toEqual(['No file descriptor is left', 'New connections can be accepted again']);
  });
});
