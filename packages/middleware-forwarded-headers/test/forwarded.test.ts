import { describe, expect, it } from 'vitest';
import { type FieldLines, ip, loopback, seenOf, untouched } from './support/proxied.ts';

const options = {
  format: 'forwarded',
  headers: ['for', 'proto', 'host'],
  allowedHosts: ['*'],
  trustedProxies: ['loopback', '10.0.0.0/8'],
  forwardLimit: 9,
} as const;
const forwarded = (...values: string[]): FieldLines => values.map((value) => ['Forwarded', value]);

describe('an element of Forwarded', () => {
  it.each<[element: string, seen: object]>([
    ['for=203.0.113.7', { remote: ip('203.0.113.7') }],
    ['For="203.0.113.7:80"', { remote: ip('203.0.113.7', 80) }],
    ['for="203.0.113.7:_port"', { remote: ip('203.0.113.7') }],
    ['for="[2001:db8:cafe::17]"', { remote: ip('2001:db8:cafe::17') }],
    ['for="[2001:DB8:cafe::17]:4711"', { remote: ip('2001:db8:cafe::17', 4711) }],
    ['for="[::ffff:203.0.113.7]"', { remote: ip('203.0.113.7') }],
    ['for="\\2\\03.0.113.7"', { remote: ip('203.0.113.7') }],
    ['for=unknown', { remote: { kind: 'x-forwarded', node: 'unknown' } }],
    ['for="unknown:80"', { remote: { kind: 'x-forwarded', node: 'unknown' } }],
    ['for="_gazonk"', { remote: { kind: 'x-forwarded', node: '_gazonk' } }],
    ['for="_a.b-c:_d"', { remote: { kind: 'x-forwarded', node: '_a.b-c' } }],
    ['proto=https', { scheme: 'https' }],
    ['PROTO="HTTPS"', { scheme: 'https' }],
    ['host=example.com', { host: 'example.com' }],
    ['host="example.com:8080"', { host: 'example.com:8080' }],
    ['for=192.0.2.60;proto=https;by=203.0.113.43', { remote: ip('192.0.2.60'), scheme: 'https' }],
    ['by=203.0.113.43;host=a;for=192.0.2.60', { remote: ip('192.0.2.60'), host: 'a' }],
    ['secret="a,b;c=\\"d\\\\";for=192.0.2.60', { remote: ip('192.0.2.60') }],
    ['__proto__=x;for=192.0.2.60;constructor=y', { remote: ip('192.0.2.60') }],
    [';for=192.0.2.60;;proto=https;', { remote: ip('192.0.2.60'), scheme: 'https' }],
    ['by=203.0.113.43', {}],
  ])('%s', (element, seen) => {
    expect(seenOf(forwarded(element), options)).toMatchObject({ ...untouched, ...seen, ignored: [] });
  });

  it.each<[what: string, elements: string[]]>([
    ['nothing', ['', ';', ';;', ' ', ',']],
    ['no pair', ['for', 'for=', '=192.0.2.60', 'for=;proto=https', 'for=192.0.2.60;proto', '192.0.2.60', '@=x']],
    ['what needs quotes', ['for=192.0.2.60:80', 'for=[2001:db8::1]', 'for=2001:db8::1', 'for=é', 'for=\\1', 'for=a/b']],
    ['quotes', ['for="192.0.2.60', 'for=192.0.2.60"', 'for=""192.0.2.60', 'for="192.0.2.60"x', 'for="\\"', 'for="']],
    ['whitespace', ['for =192.0.2.60', 'for= 192.0.2.60', 'for=192.0.2.60; proto=https', 'for=192.0.2.60 ;by=a']],
    ['twice', ['for=192.0.2.60;for=192.0.2.60', 'for=192.0.2.60;FOR=192.0.2.61', 'by=a;BY=b;for=192.0.2.60']],
    ['control bytes', ['for="a\u0000"', 'for="a\u007f"', 'for="a\\\u0000"', 'for=192.0.2.60\n', 'for="192.0.2.60"\r']],
  ])('malformed, so ignored: %s: %j', (_what, elements) => {
    const accepted = elements.filter((element) => {
      const { remote, scheme, ignored } = seenOf(forwarded(element), options);
      return remote !== loopback || scheme !== 'http' || ignored.join('') !== 'syntax';
    });
    expect(accepted).toEqual([]);
  });

  it.each(['""', '"2001:db8::1"', '"[192.0.2.60]"', 'example.com', '"[2001:db8::1%1]"', '"192.0.2.60:x"', '_', '"_ "'])(
    'for=%s: names no client, the whole element is ignored',
    (node) => {
      const seen = seenOf(forwarded(`for=${node};proto=https`), options);
      expect(seen).toMatchObject({ ...untouched, ignored: ['for'] });
    },
  );

  it('an invalid host or scheme does not hide the client', () => {
    const seen = seenOf(forwarded('for=192.0.2.60;proto=ftp;host="a b"'), options);
    expect(seen).toMatchObject({ remote: ip('192.0.2.60'), scheme: 'http', host: 'inner', ignored: ['proto', 'host'] });
  });
});

describe('the elements of Forwarded, from the right', () => {
  it.each<[value: string, remote: string]>([
    ['for=10.0.0.1, for=203.0.113.7', '203.0.113.7'],
    ['for=203.0.113.7, for=10.0.0.1', '203.0.113.7'],
    ['for=203.0.113.7,for=10.0.0.1,for=10.0.0.2', '203.0.113.7'],
    ['for=192.0.2.1, for=203.0.113.7;proto=https, for="10.0.0.1:99"', '203.0.113.7'],
    ['for=203.0.113.7, x="\\",for=192.0.2.1";for=10.0.0.1', '203.0.113.7'],
    ['for=203.0.113.7, x="\\\\";for=10.0.0.1', '203.0.113.7'],
    ['for=203.0.113.7, for=_hidden', 'x-forwarded'],
    ['for=203.0.113.7, proto=http', '127.0.0.1'],
    ['for=203.0.113.7,, for=10.0.0.1', '10.0.0.1'],
    ['for=203.0.113.7, for=10.0.0.1,', '127.0.0.1'],
    ['for=203.0.113.7, for=x, for=10.0.0.1', '10.0.0.1'],
    // A quote that the client opens and never closes, so that a reader from the left sees one long string.
    ['for=", for=203.0.113.7', '203.0.113.7'],
    ['for="10.0.0.1, for=203.0.113.7', '203.0.113.7'],
    ['x="\\, for=203.0.113.7', '203.0.113.7'],
    ['", for="203.0.113.7:80"', '203.0.113.7'],
    ['for="10.0.0.1, for="203.0.113.7:80"', '203.0.113.7'],
    ['for=10.0.0.1;x="a", ", for="203.0.113.7:80";y="b,c"', '203.0.113.7'],
  ])('%s: %s', (value, remote) => {
    const { remote: seen } = seenOf(forwarded(value), options);
    expect(seen?.kind === 'ip' ? seen.address : seen?.kind).toBe(remote);
  });

  it('several lines are one list in their order', () => {
    const { remote } = seenOf(forwarded('for="10.0.0.1', 'for=203.0.113.7', 'for=10.0.0.2'), options);
    expect(remote).toEqual(ip('203.0.113.7'));
  });

  it('keeps unused elements as sent', () => {
    const { fields } = seenOf(forwarded(' for="x, \t for=203.0.113.7,for=10.0.0.1'), options);
    expect(fields).toEqual({ forwarded: 'for="x', 'X-Original-For': '127.0.0.1:40000' });
  });

  it('an unclosed quote, and a very long list', () => {
    for (const client of [`x="${'\\'.repeat(100_000)}`, `"${'a,'.repeat(100_000)}`, ','.repeat(200_000)]) {
      expect(seenOf(forwarded(`${client}, for=203.0.113.7`), options).remote).toEqual(ip('203.0.113.7'));
    }
    expect(seenOf(forwarded(`for="${'\\"'.repeat(100_000)}`), options)).toMatchObject({ ignored: ['syntax'] });
  });
});

describe('the two formats are never mixed', () => {
  const lines: FieldLines = [
    ['Forwarded', 'for=192.0.2.60;proto=https'],
    ['X-Forwarded-For', '203.0.113.7'],
  ];

  it('forwarded: X-Forwarded-For is ignored', () => {
    const seen = seenOf(lines, options);
    expect(seen).toMatchObject({ remote: ip('192.0.2.60'), scheme: 'https' });
    expect(seen.fields['X-Forwarded-For']).toBe('203.0.113.7');
    expect(seenOf(lines.slice(1), options)).toMatchObject({ ...untouched, ignored: [] });
  });

  it('x-forwarded: Forwarded is ignored', () => {
    const seen = seenOf(lines);
    expect(seen).toMatchObject({ remote: ip('203.0.113.7'), scheme: 'http' });
    expect(seen.fields['Forwarded']).toBe('for=192.0.2.60;proto=https');
    expect(seenOf(lines.slice(0, 1))).toMatchObject({ ...untouched, ignored: [] });
  });
});

describe('requireHeaderSymmetry', () => {
  const symmetric = { ...options, headers: ['for', 'proto'], requireHeaderSymmetry: true } as const;

  it('an element that lacks a name: all values are ignored', () => {
    for (const value of ['for=203.0.113.7', 'proto=https', 'for=203.0.113.7, for=10.0.0.1;proto=https']) {
      expect(seenOf(forwarded(value), symmetric)).toMatchObject({ remote: loopback, ignored: ['asymmetric'] });
    }
  });

  it('elements of the client have no effect', () => {
    const seen = seenOf(forwarded('x=y, for=203.0.113.7;proto=https'), symmetric);
    expect(seen).toMatchObject({ remote: ip('203.0.113.7'), scheme: 'https', ignored: [] });
  });
});
