import { describe, expect, it } from 'vitest';
import { isSameAuthority } from '../src/index.ts';

describe('RFC 9110 4.2.3 two authorities', () => {
  it.each([
    ['a', 'a', 'http'],
    ['a.Example', 'A.example', 'http'],
    ['a', 'a:80', 'http'],
    ['a:443', 'a', 'https'],
    ['a:443', 'a', 'HTTPS'],
    ['a:', 'a', 'http'],
    ['a:', 'a:80', 'http'],
    ['[::1]:80', '[::1]', 'http'],
    ['', '', 'http'],
    ['a:1', 'A:1', 'other'],
  ])('%j and %j with %s are the same', (one, other, scheme) => {
    expect(isSameAuthority(one, other, scheme)).toBe(true);
    expect(isSameAuthority(other, one, scheme)).toBe(true);
  });

  it.each([
    ['a', 'b', 'http'],
    ['a', '', 'http'],
    ['a', 'a:443', 'http'],
    ['a', 'a:80', 'https'],
    ['a:80', 'a:443', 'http'],
    ['a', 'a:8080', 'http'],
    ['a:080', 'a', 'http'],
    ['[::1]', '[::1:80]', 'http'],
    ['a', 'a:80', 'other'],
    ['a', 'a:80', ''],
  ])('%j and %j with %s differ', (one, other, scheme) => {
    expect(isSameAuthority(one, other, scheme)).toBe(false);
    expect(isSameAuthority(other, one, scheme)).toBe(false);
  });
});
