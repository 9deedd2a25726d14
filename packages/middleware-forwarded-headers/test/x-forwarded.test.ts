import { describe, expect, it } from 'vitest';
import { type FieldLines, ip, loopback, seenOf, untouched } from './support/proxied.ts';

const xff = (...values: string[]): FieldLines => values.map((value) => ['X-Forwarded-For', value]);
const trusting = { trustedProxies: ['loopback', '10.0.0.0/8', '2001:db8:1::/48'] };

describe('the chain: X-Forwarded-For, forwardLimit, the client', () => {
  it.each<[chain: string, forwardLimit: number, client: string]>([
    ['203.0.113.7', 1, '203.0.113.7'],
    ['203.0.113.7', 100, '203.0.113.7'],
    // Text from a client before the entry appended by the trusted proxy.
    ['10.0.0.1, 203.0.113.7', 1, '203.0.113.7'],
    ['10.0.0.1, 203.0.113.7', 2, '203.0.113.7'],
    ['127.0.0.1, 203.0.113.7', 9, '203.0.113.7'],
    ['127.0.0.1, 127.0.0.1, 203.0.113.7', 9, '203.0.113.7'],
    ['unknown, 203.0.113.7', 9, '203.0.113.7'],
    [', 203.0.113.7', 9, '203.0.113.7'],
    [',,,,203.0.113.7', 9, '203.0.113.7'],
    ['", 203.0.113.7', 9, '203.0.113.7'],
    ['<script>, 203.0.113.7', 9, '203.0.113.7'],
    // Through trusted proxies, up to the limit.
    ['203.0.113.7, 10.0.0.1', 1, '10.0.0.1'],
    ['203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
    ['192.0.2.1, 203.0.113.7, 10.0.0.1', 9, '203.0.113.7'],
    ['192.0.2.1, 203.0.113.7, 10.0.0.1, 10.0.0.2', 9, '203.0.113.7'],
    ['192.0.2.1, 203.0.113.7, 10.0.0.1, 10.0.0.2', 2, '10.0.0.1'],
    ['10.0.0.3, 10.0.0.2, 10.0.0.1', 9, '10.0.0.3'],
    ['203.0.113.7, 2001:db8:1::5', 2, '203.0.113.7'],
    ['203.0.113.7, [2001:db8:1::5]:443', 2, '203.0.113.7'],
    ['203.0.113.7, ::ffff:10.0.0.1', 2, '203.0.113.7'],
    ['203.0.113.7, 2001:db8:2::5', 2, '2001:db8:2::5'],
    // The walk stops at an entry that is malformed.
    ['203.0.113.7, x, 10.0.0.1', 9, '10.0.0.1'],
    ['203.0.113.7,, 10.0.0.1', 9, '10.0.0.1'],
    ['203.0.113.7, , 10.0.0.1', 9, '10.0.0.1'],
    ['x', 1, '127.0.0.1'],
    ['', 1, '127.0.0.1'],
    ['203.0.113.7,', 1, '127.0.0.1'],
    ['203.0.113.7, ', 9, '127.0.0.1'],
    ['203.0.113.7, x', 9, '127.0.0.1'],
  ])('%j, limit %i: %s', (chain, forwardLimit, client) => {
    const { remote } = seenOf(xff(chain), { ...trusting, forwardLimit });
    expect(remote).toMatchObject({ kind: 'ip', address: client });
  });

  it.each<[lines: string[], client: string]>([
    [['203.0.113.7', '10.0.0.1'], '203.0.113.7'],
    [['192.0.2.1', '203.0.113.7', '10.0.0.1'], '203.0.113.7'],
    [['192.0.2.1, 203.0.113.7', '10.0.0.1, 10.0.0.2'], '203.0.113.7'],
    [['10.0.0.1', '203.0.113.7'], '203.0.113.7'],
    [['203.0.113.7', ''], '127.0.0.1'],
  ])('several lines %j are one list, in their order: %s', (lines, client) => {
    expect(seenOf(xff(...lines), { ...trusting, forwardLimit: 9 }).remote).toMatchObject({ address: client });
  });

  it('a long list is read up to the limit only', () => {
    const long = `${'10.0.0.1, '.repeat(50_000)}10.0.0.2`;
    const { remote, fields } = seenOf(xff(long), { ...trusting, forwardLimit: 100 });
    expect(remote).toEqual(ip('10.0.0.1'));
    expect(fields['x-forwarded-for']!.split(', ')).toHaveLength(50_001 - 100);
  });
});

describe('an entry of X-Forwarded-For', () => {
  it.each<[entry: string, remote: object]>([
    ['203.0.113.7', ip('203.0.113.7')],
    ['203.0.113.7:0', ip('203.0.113.7')],
    ['203.0.113.7:65535', ip('203.0.113.7', 65_535)],
    ['2001:DB8:0::1', ip('2001:db8::1')],
    ['[2001:db8::1]', ip('2001:db8::1')],
    ['[2001:db8::1]:443', ip('2001:db8::1', 443)],
    ['::ffff:203.0.113.7', ip('203.0.113.7')],
    ['[::FFFF:203.0.113.7]:8', ip('203.0.113.7', 8)],
    ['::', ip('::')],
    [' \t203.0.113.7\t ', ip('203.0.113.7')],
    ['unknown', { kind: 'x-forwarded', node: 'unknown' }],
    ['Unknown', { kind: 'x-forwarded', node: 'unknown' }],
    ['_hidden', { kind: 'x-forwarded', node: '_hidden' }],
  ])('%j', (entry, remote) => {
    expect(seenOf(xff(entry))).toMatchObject({ remote, ignored: [] });
  });

  it.each<[what: string, entries: string[]]>([
    ['IPv4', ['203.0.113', '203.0.113.7.1', '203.0.113.256', '203.0.113.07', '0x7f.1', '1', '2130706433']],
    ['IPv6', ['[]', '[2001:db8::1', '2001:db8::1]', '[203.0.113.7]', '1::2::3', '[::g]', '::ffff:203.0.113']],
    ['ports', ['203.0.113.7:', '203.0.113.7:65536', '203.0.113.7:-1', '203.0.113.7:1e3', '203.0.113.7:123456']],
    ['more ports', ['203.0.113.7:80:90', '[2001:db8::1]80', '[2001:db8::1]:', '[]:80', ':80']],
    ['zones', ['2001:db8::1%eth0', '[2001:db8::1%1]']],
    ['names', ['localhost', 'example.com', 'unix:', 'unknown-', '_', '_a b', '-']],
    ['more than an address', ['203.0.113.7/32', '203.0.113.7 192.0.2.1', '203.0.113.7;', 'for=203.0.113.7']],
    ['quotes', ['"203.0.113.7"', "'203.0.113.7'", '"', '203.0.113.7"']],
    ['other whitespace', ['\u00a0203.0.113.7', '\u000b203.0.113.7', '203.0.113.7\n', '\ufeff203.0.113.7']],
    ['control bytes', ['\u0000', '203.0.113.7\u0000', '203.0.113.7\r\nX: y', '203.0.113.7\u007f']],
    ['nothing', ['', ' ', '\t', ',', ' , ']],
  ])('malformed %s: %j', (_what, entries) => {
    const accepted = entries.filter((entry) => {
      const { remote, ignored } = seenOf(xff(entry));
      return remote !== loopback || ignored.join('') !== 'for';
    });
    expect(accepted).toEqual([]);
  });

  it('a hidden client is neither the proxy nor trusted', () => {
    expect(seenOf(xff('203.0.113.7, unknown'), { ...trusting, forwardLimit: 9 }).remote).toMatchObject({
      kind: 'x-forwarded',
    });
  });
});

describe('X-Forwarded-Proto', () => {
  it.each<[value: string, scheme: string]>([
    ['https', 'https'],
    ['HTTPS', 'https'],
    ['http', 'http'],
    ['wss', 'https'],
    ['ws', 'http'],
    ['http, https', 'https'],
    ['https, http', 'http'],
  ])('%j: %s', (value, scheme) => {
    expect(seenOf([['X-Forwarded-Proto', value]]).scheme).toBe(scheme);
  });

  it.each(['', 'ftp', 'javascript', 'https:', 'https://', 'ht tp', '"https"', 'https;', 'https\u00a0', 'https,'])(
    '%j cannot be used',
    (value) => {
      expect(seenOf([['X-Forwarded-Proto', value]])).toMatchObject({ scheme: 'http', ignored: ['proto'] });
    },
  );

  it.each<[chain: string, protos: string, remote: string, scheme: string]>([
    ['203.0.113.7, 10.0.0.1', 'https, http', '203.0.113.7', 'https'],
    ['203.0.113.7, 10.0.0.1', 'http, https', '203.0.113.7', 'http'],
    ['203.0.113.7, 10.0.0.1', 'https', '203.0.113.7', 'https'],
    ['192.0.2.1, 203.0.113.7', 'https, http', '203.0.113.7', 'http'],
    ['203.0.113.7', 'https, http', '203.0.113.7', 'http'],
    ['203.0.113.7, 10.0.0.1', 'https, x', '203.0.113.7', 'http'],
    ['203.0.113.7, 10.0.0.1', 'x, https', '203.0.113.7', 'https'],
    ['x, 10.0.0.1', 'http, https', '10.0.0.1', 'https'],
  ])('for %j, proto %j: the entries from the right belong together: %s by %s', (chain, protos, remote, scheme) => {
    const lines: FieldLines = [...xff(chain), ['X-Forwarded-Proto', protos]];
    const seen = seenOf(lines, { ...trusting, forwardLimit: 2 });
    expect(seen).toMatchObject({ remote: ip(remote), scheme });
  });

  it('without X-Forwarded-For, the entry of the nearest proxy is used', () => {
    const seen = seenOf([['X-Forwarded-Proto', 'http, https']], { ...trusting, forwardLimit: 9 });
    expect(seen).toMatchObject({ remote: loopback, scheme: 'https' });
  });

  it('is ignored beside a malformed X-Forwarded-For', () => {
    expect(seenOf([...xff('x'), ['X-Forwarded-Proto', 'https']])).toMatchObject({ ...untouched, ignored: ['for'] });
  });

  it('an invalid scheme does not hide the client', () => {
    expect(seenOf([...xff('203.0.113.7'), ['X-Forwarded-Proto', 'x']])).toMatchObject({
      remote: ip('203.0.113.7'),
      scheme: 'http',
      ignored: ['proto'],
    });
  });
});

describe('X-Forwarded-Host', () => {
  const hostOf = (value: string, allowedHosts: string[]): string =>
    seenOf([['X-Forwarded-Host', value]], { headers: ['host'], allowedHosts }).host;

  it.each<[allowed: string, value: string]>([
    ['example.com', 'example.com'],
    ['Example.com', 'EXAMPLE.com'],
    ['example.com', 'example.com:8443'],
    ['example.com', 'a.test, example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*', 'anything.test:1'],
    ['*', '[::1]:80'],
    ['[2001:db8:0::1]', '[2001:DB8::1]:80'],
    ['192.0.2.1', '192.0.2.1'],
    ['my_service', 'my_service:80'],
    ['example.com.', 'example.com.'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('%s is allowed: %j is the host', (allowed, value) => {
    expect(hostOf(value, ['other.test', allowed])).toBe(value.split(', ').at(-1));
  });

  it.each<[allowed: string, value: string]>([
    ['example.com', 'evil.test'],
    ['example.com', 'www.example.com'],
    ['example.com', 'example.com.evil.test'],
    ['example.com', 'example.com.'],
    ['example.com', 'example.com, evil.test'],
    ['*.example.com', 'example.com'],
    ['*.example.com', '.example.com'],
    ['*.example.com', '..example.com'],
    ['*.example.com', 'notexample.com'],
  ])('%s is allowed: %j is not used', (allowed, value) => {
    expect(hostOf(value, [allowed])).toBe('inner');
  });

  it.each<[what: string, values: string[]]>([
    ['no name', ['', ' ', '.', '.a.test', 'a..test', `${'a'.repeat(64)}.test`, 'bücher.example', 'a%2etest', '<b>']],
    ['no port', ['a.test:', 'a.test:x', 'a.test:65536', 'a.test:80:90', 'a.test:-1', 'a.test:000080', ':80']],
    ['no IPv6 address', ['::1', '[::1', '[::1]x', '[::g]', '[a.test]', '[127.0.0.1]', '[fe80::1%1]', '[]']],
    ['more than a host', ['a b', 'user@a.test', 'a.test/path', 'http://a.test', 'a.test?x', 'a.test#', '"a.test"']],
    ['control bytes', ['a.test\r\nX: y', 'a.test\u0000', 'a.test\n', 'a\\b']],
  ])('%s: ignored although every host is allowed: %j', (_what, values) => {
    expect(values.filter((value) => hostOf(value, ['*']) !== 'inner')).toEqual([]);
  });

  it('a host that is not allowed does not hide the client', () => {
    const lines: FieldLines = [...xff('203.0.113.7'), ['X-Forwarded-Host', 'evil.test']];
    const seen = seenOf(lines, { headers: ['for', 'host'], allowedHosts: ['example.com'] });
    expect(seen).toMatchObject({ remote: ip('203.0.113.7'), host: 'inner', ignored: ['host'] });
  });
});

describe('X-Forwarded-Prefix', () => {
  const pathBaseOf = (value: string): string =>
    seenOf([['X-Forwarded-Prefix', value]], { headers: ['prefix'] }).pathBase;

  it.each(['/app', '/a/b', '/a.b/~c/d_e-f', '/..a', '/...', "/a:@!$&'()*+;="])('%j', (value) => {
    expect(pathBaseOf(value)).toBe(value);
  });

  it.each<[what: string, values: string[]]>([
    ['no path', ['', 'app', '?', 'http://evil.test', '*']],
    ['empty segments', ['/', '/app/', '//evil.test', '/a//b', '/app//']],
    ['dot segments', ['/.', '/..', '/a/../b', '/a/.', '/./a']],
    ['other characters', ['/a%2fb', '/a b', '/a?b', '/a#', '/\\evil.test', '/<b>', '/"', '/é', '/a\r\nX: y']],
  ])('with %s: ignored: %j', (_what, values) => {
    expect(values.filter((value) => pathBaseOf(value) !== '')).toEqual([]);
  });
});

describe('headers', () => {
  const all: FieldLines = [
    ['X-Forwarded-For', '203.0.113.7'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'example.com'],
    ['X-Forwarded-Prefix', '/app'],
    ['Forwarded', 'for=192.0.2.66;proto=https;host=evil.test'],
  ];
  const told = { remote: ip('203.0.113.7'), scheme: 'https', host: 'example.com', pathBase: '/app' };

  it.each<[headers: ('for' | 'proto' | 'host' | 'prefix')[], seen: Partial<typeof told>]>([
    [['for'], { remote: told.remote }],
    [['proto'], { scheme: 'https' }],
    [['host'], { host: 'example.com' }],
    [['prefix'], { pathBase: '/app' }],
    [['for', 'proto'], { remote: told.remote, scheme: 'https' }],
    [['prefix', 'host', 'proto', 'for'], told],
  ])('%j: these names are used, the other fields stay', (headers, seen) => {
    const after = seenOf(all, { headers, allowedHosts: ['*'] });
    expect(after).toMatchObject({ ...untouched, ...seen, ignored: [] });
    expect(Object.keys(after.fields).filter((name) => /forwarded/i.test(name))).toHaveLength(5 - headers.length);
  });
});

describe('requireHeaderSymmetry', () => {
  const options = { requireHeaderSymmetry: true, ...trusting, forwardLimit: 2 };

  it.each<[chain: string | undefined, protos: string | undefined]>([
    ['203.0.113.7, 10.0.0.1', 'https'],
    ['203.0.113.7', 'https, http'],
    ['203.0.113.7', undefined],
    [undefined, 'https'],
  ])('for %j, proto %j: all values are ignored', (chain, protos) => {
    const lines: FieldLines = [
      ...(chain === undefined ? [] : xff(chain)),
      ...(protos === undefined ? [] : ([['X-Forwarded-Proto', protos]] as const)),
    ];
    expect(seenOf(lines, options)).toMatchObject({
      ...untouched,
      fields: Object.fromEntries(lines),
      ignored: ['asymmetric'],
    });
  });

  it('fields with the same number of entries are used', () => {
    const lines: FieldLines = [...xff('203.0.113.7, 10.0.0.1'), ['X-Forwarded-Proto', 'https, http']];
    expect(seenOf(lines, options)).toMatchObject({ remote: ip('203.0.113.7'), scheme: 'https', ignored: [] });
  });
});
