import { describe, expect, it } from 'vitest';
import { hostName } from '../src/allowed-hosts.ts';
import { AllowedHosts } from '../src/index.ts';

const asError = (pattern: string, problem: string): Error => new Error(`${problem} ${pattern}`);

const longest = `${'a.'.repeat(126)}a`;

describe('the host of a Host field', () => {
  it.each<[field: string, name: string | undefined]>([
    ['a.test', 'a.test'],
    ['A.Test:80', 'a.test'],
    ['a.test:', 'a.test'],
    ['a.test:65535', 'a.test'],
    ['a.test:65536', undefined],
    [longest, longest],
    ['[::1]', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:80', '[::1]'],
    ['[::FFFF:1.2.3.4]', '[::ffff:102:304]'],
    ['[fe80::1%eth0]', undefined],
    ['', undefined],
    [':80', undefined],
    ['a.test:80:90', undefined],
    ['a.test:b.test', undefined],
    ['[::1]b.test', undefined],
    ['[::1]:b.test', undefined],
    ['a.test[::1]', undefined],
    ['[a.test]', undefined],
    ['[::1', undefined],
    ['[1::2::3]', undefined],
    ['.a.test', undefined],
    ['a..test', undefined],
    ['a~b.test', undefined],
    [`${'a'.repeat(64)}.test`, undefined],
  ])('%j is %j', (field, name) => expect(hostName(field)).toBe(name));
});

describe('AllowedHosts', () => {
  it.each<[pattern: string, host: string, isAllowed: boolean]>([
    ['example.com', 'EXAMPLE.com:8080', true],
    ['example.com', 'www.example.com', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['[2001:DB8::0:1]', '[2001:db8::1]', true],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', true],
    ['*', 'anything.test', true],
    ['*', 'not a host', false],
  ])('%s, and the host %s: %s', (pattern, host, isAllowed) => {
    expect(new AllowedHosts(['other.test', pattern], asError).allows(host)).toBe(isAllowed);
  });

  it.each([
    ['port', ['example.com:80', '*.example.com:80', '[::1]:80', 'example.com:']],
    ['wildcard', ['*example.com', 'www.*.com', '*.*.com', '**']],
    ['host', ['', '*.', ' a', 'a..b', '.a', '::1', '[::1', '[::g]', '*.[::1]', 'http://a', 'a/b', 'u@a', 'ü.a']],
  ])('the problem of a text that is not an allowed host: %s', (problem, patterns) => {
    for (const pattern of patterns) {
      expect(() => new AllowedHosts(['a.test', pattern], asError)).toThrow(`${problem} ${pattern}`);
    }
  });
});
