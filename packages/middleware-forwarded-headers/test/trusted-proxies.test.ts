import type { Endpoint } from '@windhover/connections';
import { describe, expect, it } from 'vitest';
import { forwardedHeadersDefaults } from '../src/index.ts';
import { readTrustedProxies } from '../src/trusted-proxies.ts';
import { ip } from './support/proxied.ts';

const trusts = (proxies: readonly string[], endpoint: Endpoint | undefined): boolean =>
  readTrustedProxies(proxies)(endpoint);

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
    const isTrusted = readTrustedProxies([name]);
    expect(inside.filter((address) => !isTrusted(ip(address)))).toEqual([]);
    expect(outside.filter((address) => isTrusted(ip(address)))).toEqual([]);
  });

  it('the default is loopback', () => {
    expect(forwardedHeadersDefaults.trustedProxies).toEqual(['loopback']);
  });

  it('one that was trusted does not open the door for the next', () => {
    const isTrusted = readTrustedProxies(['192.0.2.1']);
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.1', '192.0.2.1', '192.0.2.3'];
    expect(addresses.map((address) => isTrusted(ip(address)))).toEqual([true, false, false, true, true, false]);
  });
});

describe('kinds of endpoints', () => {
  const endpoints: Endpoint[] = [
    { kind: 'unix', path: '' },
    { kind: 'pipe', name: 'p' },
    { kind: 'memory', name: 'm' },
    { kind: 'handle', fd: 3 },
    { kind: 'x-forwarded', node: 'unknown' },
  ];

  it.each(['unix', 'pipe', 'memory'])('%s is trusted where it is named, and nothing else is', (kind) => {
    expect(endpoints.filter((endpoint) => trusts([kind], endpoint)).map((endpoint) => endpoint.kind)).toEqual([kind]);
  });

  it('none is by an address', () => {
    expect(endpoints.filter((endpoint) => trusts(['0.0.0.0/0', '::/0', 'private'], endpoint))).toEqual([]);
  });

  it('nobody is nobody', () => {
    expect(trusts(['unix', '0.0.0.0/0', '::/0'], undefined)).toBe(false);
  });
});
