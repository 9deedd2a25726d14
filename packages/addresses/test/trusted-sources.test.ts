import { describe, expect, it } from 'vitest';
import { type SourceEndpoint, TrustedSources, canonicalIPAddress, clientNetwork } from '../src/index.ts';

const trustIn = (sources: readonly string[]): TrustedSources =>
  new TrustedSources(sources, (source) => new Error(source));

const ip = (address: string): SourceEndpoint => ({ kind: 'ip', address });

const trusts = (sources: readonly string[], endpoint: SourceEndpoint | undefined): boolean =>
  trustIn(sources).trusts(endpoint);

describe('addresses and networks', () => {
  it.each<[proxies: string[], address: string, isTrusted: boolean]>([
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.2', false],
    [['192.0.2.1'], '::ffff:192.0.2.1', true],
    [['::ffff:192.0.2.1'], '192.0.2.1', true],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
    [['192.0.2.128/25'], '192.0.2.127', false],
    [['192.0.2.128/25'], '192.0.2.128', true],
    [['192.0.2.1/32'], '192.0.2.1', true],
    [['0.0.0.0/0'], '203.0.113.7', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '203.0.113.7', false],
    [['2001:db8::/32'], '2001:DB8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['2001:DB8::1/128'], '2001:db8::1', true],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['fe80::1'], 'fe80::1%2', true],
    [['a.test', '192.0.2.1'].slice(1), 'not an address', false],
    [['192.0.2.1', '2001:db8::/32'], '2001:db8::5', true],
  ])('%j, %s: %s', (proxies, address, isTrusted) => {
    expect(trusts(proxies, ip(address))).toBe(isTrusted);
  });

  it.each<[name: string, inside: string[], outside: string[]]>([
    ['loopback', ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'], ['128.0.0.0', '126.255.255.255', '::2']],
    [
      'private',
      [
        '10.0.0.0',
        '10.255.255.255',
        '172.16.0.0',
        '172.31.255.255',
        '192.168.0.0',
        '192.168.255.255',
        'fc00::',
        'fdff::1',
      ],
      ['127.0.0.1', '172.15.255.255', '172.32.0.0', '192.169.0.0', '169.254.0.1', '100.64.0.1', 'fe80::1', '::1'],
    ],
  ])('%s', (name, inside, outside) => {
    const trusted = trustIn([name]);
    expect(inside.filter((address) => !trusted.trusts(ip(address)))).toEqual([]);
    expect(outside.filter((address) => trusted.trusts(ip(address)))).toEqual([]);
  });

  it.each(['10.0.0.1/8', '10.0.0.0/33', '::/129', '::1/64', '10.0.0.0/08', '10.0.0.0/8/8', '::ffff:10.0.0.0/104'])(
    '%s, which is not a network: the error that the caller makes',
    (source) => expect(() => trustIn([source])).toThrow(source),
  );

  it.each(['', 'localhost', 'constructor', '10.0.0', '10.0.0.01', 'fe80::1%eth0', '/8', 'ip'])(
    '%j, which is neither address nor network nor kind: the error that the caller makes',
    (source) => expect(() => trustIn([source])).toThrow(source),
  );
});

describe('kinds of endpoints', () => {
  const endpoints: SourceEndpoint[] = [
    { kind: 'unix' },
    { kind: 'pipe' },
    { kind: 'memory' },
    { kind: 'handle' },
    { kind: 'x-forwarded' },
  ];

  it.each(['unix', 'pipe', 'memory'])('%s is trusted where it is named, and nothing else is', (kind) => {
    expect(endpoints.filter((endpoint) => trusts([kind], endpoint)).map((endpoint) => endpoint.kind)).toEqual([kind]);
  });

  it('a kind is not trusted because of an address', () => {
    expect(endpoints.filter((endpoint) => trusts(['0.0.0.0/0', '::/0', 'private'], endpoint))).toEqual([]);
  });

  it('an endpoint that is not known is not trusted', () => {
    expect(trusts(['unix', '0.0.0.0/0', '::/0'], undefined)).toBe(false);
  });
});

describe('canonicalIPAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['::192.0.2.1', '::192.0.2.1'],
    ['::c000:201', '::192.0.2.1'],
    ['::1', '::1'],
    ['::', '::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['fe80::1%eth0', undefined],
    ['192.0.2', undefined],
    ['[::1]', undefined],
    ['', undefined],
  ])('%j: %j, as sockets report it', (text, canonical) => {
    expect(canonicalIPAddress(text)).toBe(canonical);
  });
});

describe('clientNetwork (RFC 6177): one client', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64%eth0'],
    ['fe80::1%odd @ name', 'fe80::/64%odd @ name'],
    ['not an address', 'not an address'],
  ])('%s: %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});
