import { Buffer } from 'node:buffer';
import { ConnectionEndpointFeature, ConnectionTransportFeature, fromDuplex, toDuplex } from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { ProxyProtocolFeature, proxyProtocol } from '../src/index.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { LOCAL, tlv, v1Line, v2, v2With } from './support/headers.ts';
import { everySplit } from './support/parse.ts';
import { Notes, proxyEndpoints, serve } from './support/served.ts';

const client = { kind: 'ip', address: '203.0.113.7', port: 51_000 };
const asked = { kind: 'ip', address: '198.51.100.1', port: 443 };

describe('a header from a trusted source', () => {
  it.each([
    ['version 1', Buffer.from(v1Line), 1],
    ['version 2', v2(), 2],
  ])('%s: endpoints are those of the client above, and those of the proxy below', async (_name, header, version) => {
    const { proxy, below, above } = serve();
    proxy.write(header);
    await turns(6);
    const { features } = above()!;
    const { localEndpoint, remoteEndpoint } = features.require(ConnectionEndpointFeature);
    expect({ localEndpoint, remoteEndpoint }).toEqual({ localEndpoint: asked, remoteEndpoint: client });
    expect(features.require(ProxyProtocolFeature)).toMatchObject({
      version,
      command: 'PROXY',
      endpoints: { source: client, destination: asked },
      proxyRemoteEndpoint: proxyEndpoints.remoteEndpoint,
      proxyLocalEndpoint: proxyEndpoints.localEndpoint,
    });
    expect(below.features.require(ConnectionEndpointFeature)).toEqual(proxyEndpoints);
    expect(below.features.get(ProxyProtocolFeature)).toBeUndefined();
  });

  it('id and other features come from the connection below', async () => {
    const { proxy, below, above } = serve();
    proxy.write(v1Line);
    await turns(6);
    expect(above()!.id).toBe(below.id);
    expect(above()!.features.require(ConnectionTransportFeature).transport).toBe('memory');
  });

  it('ProxyProtocolFeature has the fields', async () => {
    const { proxy, above } = serve();
    proxy.write(v2With(tlv(0x02, 'a.example')));
    await turns(6);
    expect(above()!.features.require(ProxyProtocolFeature).tlvs.authority).toBe('a.example');
  });

  it.each([
    ['LOCAL', v2(Buffer.alloc(0), 0x00, LOCAL)],
    ['UNSPEC', v2(Buffer.alloc(0), 0x00)],
    ['UNKNOWN', Buffer.from('PROXY UNKNOWN 1.2.3.4 1.2.3.4 1 1\r\n')],
  ])('%s keeps the real endpoints', async (_name, header) => {
    const { proxy, above } = serve();
    proxy.write(header);
    await turns(6);
    expect(above()!.features.require(ConnectionEndpointFeature)).toEqual(proxyEndpoints);
    expect(above()!.features.require(ProxyProtocolFeature).endpoints).toBeUndefined();
  });

  it('a stream of the connection begins after the header', async () => {
    const { proxy, above } = serve();
    proxy.write(`${v1Line}hello`);
    proxy.end();
    await turns(6);
    const chunks: Buffer[] = [];
    for await (const chunk of toDuplex(above()!)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });
});

describe('bytes after the header', () => {
  it('are the first bytes of the next receiver, at every split, and the end follows', async () => {
    for (const pieces of everySplit(Buffer.concat([v2(), Buffer.from('hello, world')]))) {
      const notes = new Notes();
      const { proxy } = serve({}, (connection) => connection.start(notes));
      for (const piece of pieces) proxy.write(piece);
      proxy.end();
      await turns(6);
      expect(notes.text).toBe('hello, world<ended>');
    }
  });

  it('wait for a receiver that starts late, and are not delivered inside start', async () => {
    const { proxy, above } = serve();
    proxy.write(`${v1Line}early`);
    proxy.write(' and later');
    proxy.end();
    await turns(6);
    const notes = new Notes();
    above()!.start(notes);
    expect(notes.notes).toEqual([]);
    await turns(6);
    expect(notes.text).toBe('early and later<ended>');
  });

  it('are held back by a pause before start', async () => {
    const notes = new Notes();
    const { proxy, above } = serve({}, (connection) => {
      connection.pause();
      connection.start(notes);
    });
    proxy.write(`${v1Line}early`);
    await turns(6);
    expect(notes.notes).toEqual([]);
    above()!.resume();
    expect(notes.notes).toEqual([]);
    above()!.resume();
    await turns(6);
    expect(notes.notes).toEqual(['early']);
  });

  it('are held back by a pause between start and their delivery', async () => {
    const notes = new Notes();
    const { proxy, above } = serve({}, (connection) => {
      connection.start(notes);
      connection.pause();
    });
    proxy.write(`${v1Line}early`);
    await turns(6);
    expect(notes.notes).toEqual([]);
    above()!.resume();
    await turns(6);
    expect(notes.notes).toEqual(['early']);
  });

  it('a pause inside them delays the bytes that follow', async () => {
    const notes = new Notes();
    const { proxy, above } = serve({}, (connection) =>
      connection.start({
        received: (bytes) => {
          notes.received(bytes);
          connection.pause();
        },
        drained: () => undefined,
        ended: () => notes.ended(),
        closed: () => undefined,
      }),
    );
    proxy.write(`${v1Line}early`);
    await turns(6);
    proxy.write('later');
    await turns(6);
    expect(notes.notes).toEqual(['early']);
    above()!.resume();
    await turns(6);
    expect(notes.notes).toEqual(['early', 'later']);
  });

  it('a receiver that takes over before their delivery gets them', async () => {
    const [first, second] = [new Notes(), new Notes()];
    const { proxy } = serve({}, (connection) => {
      connection.start(first);
      connection.start(second);
    });
    proxy.write(`${v1Line}early`);
    await turns(6);
    expect([first.text, second.text]).toEqual(['', 'early']);
  });

  it('a receiver that takes over inside them gets the bytes that follow', async () => {
    const second = new Notes();
    const { proxy } = serve({}, (connection) =>
      connection.start({ received: () => connection.start(second), drained() {}, ended() {}, closed() {} }),
    );
    proxy.write(`${v1Line}early`);
    proxy.write('later');
    await turns(6);
    expect(second.text).toBe('later');
  });

  it.each(['abort', 'dispose'] as const)('are dropped by %s, and only closed follows', async (call) => {
    const notes = new Notes();
    const { proxy } = serve({}, (connection) => {
      connection.start(notes);
      connection[call]();
    });
    proxy.write(`${v1Line}early`);
    await turns(6);
    if (call === 'dispose') proxy.end();
    await turns(6);
    expect(notes.notes).toEqual(['<closed>']);
  });

  it('are dropped when the connection closes before a receiver starts', async () => {
    const { proxy, above } = serve();
    proxy.write(`${v1Line}early`);
    await turns(6);
    proxy.abort();
    await turns(6);
    const notes = new Notes();
    above()!.start(notes);
    await turns(6);
    expect(notes.notes).toEqual(['<closed>']);
    expect(notes.errorCode).toBe('CONNECTION_RESET');
  });

  it('bytes that the layer above writes before start arrive', async () => {
    const { proxy, told } = serve({}, (connection) => void connection.write('220 ready'));
    proxy.write(v1Line);
    await turns(6);
    expect(told.text).toBe('220 ready');
  });

  it('no chunk after the header is read until a receiver starts', async () => {
    const { proxy } = serve();
    proxy.write(v1Line);
    await turns(6);
    let written = 0;
    while (written < 1_000_000 && proxy.write(new Uint8Array(10_000))) written += 10_000;
    await turns(6);
    expect(proxy.write('more')).toBe(false);
  });
});

describe('refusals', () => {
  const refusedWith = async (bytes: string | Uint8Array, options = {}): Promise<unknown> => {
    const served = serve(options);
    served.proxy.write(bytes);
    await turns(6);
    expect(served.above()).toBeUndefined();
    expect(served.told.errorCode).toBe('CONNECTION_RESET');
    expect(served.told.notes).toEqual(['<closed>']);
    return served.endedWith();
  };

  it.each([
    ['no header', 'GET / HTTP/1.1\r\n\r\n', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    ['a malformed line', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 x\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['a malformed version', v2(Buffer.alloc(12), 0x11, 0x11), 'PROXY_PROTOCOL_V2_VERSION_INVALID'],
    ['too long', v2(Buffer.alloc(5000)), 'PROXY_PROTOCOL_HEADER_TOO_LONG'],
  ])('%s', async (_name, bytes, code) => {
    expect(await refusedWith(bytes)).toBe(code);
  });

  it('maxHeaderSize', async () => {
    expect(await refusedWith(v2(Buffer.alloc(100)), { maxHeaderSize: 107 })).toBe('PROXY_PROTOCOL_HEADER_TOO_LONG');
  });

  it.each(['', 'PROXY TCP4 1.2.3', v2().subarray(0, 20)])('an end during the header: %j', async (bytes) => {
    const { proxy, above, endedWith } = serve();
    if (bytes.length > 0) proxy.write(bytes);
    proxy.end();
    await turns(6);
    expect(endedWith()).toBe('PROXY_PROTOCOL_HEADER_INCOMPLETE');
    expect(above()).toBeUndefined();
  });

  it('closed during the header: the layer above is not called', async () => {
    const { proxy, above, endedWith, heartbeat } = serve();
    proxy.write('PROXY ');
    await turns(6);
    proxy.abort();
    await turns(6);
    heartbeat.seconds(60);
    expect(endedWith()).toBe('CONNECTION_RESET');
    expect(above()).toBeUndefined();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('above');
      },
    ],
    ['rejects', () => Promise.reject(new Error('above'))],
  ])('a layer above that %s aborts the connection', async (_name, next) => {
    const { proxy, told } = serve({}, next);
    proxy.write(v1Line);
    await turns(6);
    expect(told.errorCode).toBe('CONNECTION_RESET');
  });
});

describe('timeout', () => {
  it('a header that is not complete in time: PROXY_PROTOCOL_HEADER_TIMEOUT', async () => {
    const { proxy, heartbeat, endedWith } = serve();
    proxy.write('PROXY ');
    await turns(6);
    heartbeat.seconds(5);
    proxy.write('TCP4 ');
    await turns(6);
    expect(endedWith()).toBeNull();
    heartbeat.seconds(1);
    await turns(6);
    expect(endedWith()).toBe('PROXY_PROTOCOL_HEADER_TIMEOUT');
  });

  it('after the header there is no limit, and no listener on the heartbeat', async () => {
    const { proxy, heartbeat, endedWith } = serve({ timeout: 1000 });
    expect(heartbeat.listenerCount).toBe(1);
    proxy.write(v1Line);
    await turns(6);
    expect(heartbeat.listenerCount).toBe(0);
    heartbeat.seconds(100);
    await turns(6);
    expect(endedWith()).toBeNull();
  });

  it('Infinity: no limit, and no listener on the heartbeat', () => {
    expect(serve({ timeout: Number.POSITIVE_INFINITY }).heartbeat.listenerCount).toBe(0);
  });
});

describe('trust', () => {
  const elsewhere = { kind: 'ip', address: '192.0.2.1', port: 1 } as const;

  it('another source: PROXY_PROTOCOL_SOURCE_UNTRUSTED, whatever it sends', async () => {
    const { proxy, above, endedWith } = serve({}, undefined, elsewhere);
    proxy.write(v1Line);
    await turns(6);
    expect(endedWith()).toBe('PROXY_PROTOCOL_SOURCE_UNTRUSTED');
    expect(above()).toBeUndefined();
  });

  it("another source with untrusted: 'pass': the same connection, unread, a header is content", async () => {
    const notes = new Notes();
    const { proxy, below, above } = serve({ untrusted: 'pass' }, (connection) => connection.start(notes), elsewhere);
    expect(above()).toBe(below);
    proxy.write(v1Line);
    await turns(6);
    expect(notes.text).toBe(v1Line);
  });

  it("mode 'off': unread from everybody", async () => {
    const notes = new Notes();
    const { proxy, below, above } = serve({ mode: 'off' }, (connection) => connection.start(notes));
    expect(above()).toBe(below);
    proxy.write(v1Line);
    await turns(6);
    expect(notes.text).toBe(v1Line);
  });

  it.each([
    ['10.0.0.9', { kind: 'ip', address: '10.0.0.9', port: 1 }, true],
    ['10.0.0.9', { kind: 'ip', address: '10.0.0.10', port: 1 }, false],
    ['10.0.0.9', { kind: 'ip', address: '::ffff:10.0.0.9', port: 1 }, true],
    ['10.0.0.0/8', { kind: 'ip', address: '10.255.255.255', port: 1 }, true],
    ['10.0.0.0/8', { kind: 'ip', address: '11.0.0.0', port: 1 }, false],
    ['0.0.0.0/0', { kind: 'ip', address: '192.0.2.1', port: 1 }, true],
    ['0.0.0.0/0', { kind: 'ip', address: '2001:db8::1', port: 1 }, false],
    ['::/0', { kind: 'ip', address: '192.0.2.1', port: 1 }, false],
    ['fd00::/8', { kind: 'ip', address: 'fdff::1', port: 1 }, true],
    ['fe80::/10', { kind: 'ip', address: 'fe80::1%eth0', port: 1 }, true],
    ['2001:DB8:0::1', { kind: 'ip', address: '2001:db8::1', port: 1 }, true],
    ['::ffff:10.0.0.9', { kind: 'ip', address: '10.0.0.9', port: 1 }, true],
    ['unix', { kind: 'unix', path: '' }, true],
    ['unix', { kind: 'ip', address: '10.0.0.9', port: 1 }, false],
    ['pipe', { kind: 'pipe', name: 'a' }, true],
    ['memory', { kind: 'memory', name: 'a' }, true],
    ['0.0.0.0/0', { kind: 'unix', path: '' }, false],
    ['0.0.0.0/0', { kind: 'ip', address: 'not an address', port: 1 }, false],
    ['0.0.0.0/0', { kind: 'x-other' }, false],
  ] as const)('%s and %j: %s', async (source, remote, trusted) => {
    const { proxy, above } = serve({ trustedSources: [source] }, undefined, remote);
    proxy.write(v1Line);
    await turns(6);
    expect(above() !== undefined).toBe(trusted);
  });

  it.each([
    ['all', true],
    [['0.0.0.0/0', 'unix'], false],
  ] as const)('a connection without endpoints, and %j: %s', async (trustedSources, trusted) => {
    const [proxy, memory] = connectionPair();
    const below = fromDuplex(toDuplex(memory));
    expect(below.features.get(ConnectionEndpointFeature)).toBeUndefined();
    let isAccepted = false;
    void proxyProtocol({ trustedSources })(() => void (isAccepted = true))(below);
    proxy.write(v1Line);
    await turns(6);
    expect(isAccepted).toBe(trusted);
  });
});

describe('options', () => {
  it.each([
    '',
    'localhost',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    'fd00::1/8',
    'fd00::/129',
    '10.1',
    '::ffff:10.0.0.0/104',
    'fe80::1%lo',
    'All',
    '10.0.0.0/8 ',
  ])('trustedSources %j: RangeError', (source) => {
    expect(() => proxyProtocol({ trustedSources: [source] })).toThrow(RangeError);
  });

  it.each(['2001:db8:1::/48', '::1/128', '::/0', '64:ff9b::1.2.3.4/128', '10.0.0.1/32'])(
    'trustedSources %j',
    (source) => {
      expect(() => proxyProtocol({ trustedSources: [source] })).not.toThrow();
    },
  );

  it.each([
    { timeout: 0 },
    { timeout: -1 },
    { timeout: Number.NaN },
    { timeout: '5000' as unknown as number },
    { maxHeaderSize: 106 },
    { maxHeaderSize: 65_552 },
    { maxHeaderSize: 200.5 },
  ])('%j: RangeError', (options) => {
    expect(() => proxyProtocol({ trustedSources: 'all', ...options })).toThrow(RangeError);
  });

  it.each([
    [{ mode: 'optional' as 'required' }, 'proxyProtocol: mode must be "required" or "off"; received "optional".'],
    [{ untrusted: 'guess' as 'refuse' }, 'proxyProtocol: untrusted must be "refuse" or "pass"; received "guess".'],
  ])('%j: TypeError', (options, message) => {
    expect(() => proxyProtocol({ trustedSources: 'all', ...options })).toThrow(new TypeError(message));
  });
});
