import { describe, expect, it, vi } from 'vitest';
import { targetParts } from '../src/index.ts';

describe('path and query of a target', () => {
  it.each<[string, string, string]>([
    // forms
    ['/', '/', ''],
    ['/a/b', '/a/b', ''],
    ['/a?b=c', '/a', '?b=c'],
    ['/a?', '/a', '?'],
    ['/?a?b', '/', '?a?b'],
    ['/a//b//', '/a//b//', ''],
    ['//a/b', '//a/b', ''],
    ['/a://b', '/a://b', ''],
    ['http://a', '/', ''],
    ['http://a/', '/', ''],
    ['http://a?b', '/', '?b'],
    ['http://a:80/b?c', '/b', '?c'],
    ['https://[::1]/b/../c', '/c', ''],
    ['http://a?b=/c/../d', '/', '?b=/c/../d'],
    ['*', '', ''],
    ['a:443', '', ''],
    ['[::1]:443', '', ''],
  ])('%s is path %j and query %j', (target, path, queryString) =>
    expect(targetParts(target)).toEqual({ path, queryString }),
  );
});

describe('RFC 3986 2.1 percent-encoding: decoded once, as UTF-8', () => {
  it.each<[string, string]>([
    ['/%41', '/A'],
    ['/%61%62', '/ab'],
    ['/caf%C3%A9', '/café'],
    ['/caf%c3%a9', '/café'],
    ['/%E2%82%AC', '/€'],
    ['/%F0%9F%90%A6', '/🐦'],
    ['/a%20b', '/a b'],
    ['/a+b', '/a+b'],
    ['/%3F', '/?'],
    ['/%23', '/#'],
    ['/%5C', '/\\'],
    ['/%EF%BB%BFa', '/\ufeffa'],
    // once
    ['/%2541', '/%41'],
    ['/%25', '/%'],
    ['/%252e%252e/a', '/%2e%2e/a'],
    // a slash in a segment is none between segments
    ['/a%2Fb', '/a%2Fb'],
    ['/a%2fb', '/a%2fb'],
    ['/%2F..%2Fa', '/%2F..%2Fa'],
    // NUL is never decoded
    ['/a%00b', '/a%00b'],
    ['/%00', '/%00'],
    // text that is not an escape or not UTF-8 stays unchanged
    ['/%', '/%'],
    ['/%4', '/%4'],
    ['/%zz', '/%zz'],
    ['/%%41', '/%A'],
    ['/%ff', '/%ff'],
    ['/%C3', '/%C3'],
    ['/%C3x', '/%C3x'],
    ['/%C0%AF', '/%C0%AF'],
    ['/%C0%AE%C0%AE/', '/%C0%AE%C0%AE/'],
    ['/%ED%A0%80', '/%ED%A0%80'],
    ['/%F4%90%80%80', '/%F4%90%80%80'],
  ])('%s is %j', (target, path) => expect(targetParts(target).path).toBe(path));

  // Work that grows with the square of the length would take minutes.
  it.each([
    ['%41/', 'A/'],
    ['%C3%A9/', 'é/'],
    ['%ff', '%ff'],
    ['%', '%'],
    ['%4', '%4'],
    ['%00', '%00'],
    ['%2F', '%2F'],
    ['%2e%2e/', ''],
    ['./', ''],
    ['/..', ''],
    ['%E2%82%AC%00', '%E2%82%AC%00'],
  ])('a path of 300,000 times %s costs linear time', (part, decoded) => {
    const count = 300_000;
    expect(targetParts(`/${part.repeat(count)}`).path).toBe(`/${decoded.repeat(count)}`);
  });

  it('an escape of ASCII costs no buffer', () => {
    const from = vi.spyOn(Buffer, 'from');
    expect(targetParts(`/${'%41/'.repeat(2000)}`).path).toBe(`/${'A/'.repeat(2000)}`);
    expect(from).not.toHaveBeenCalled();
    from.mockRestore();
  });

  it('a query stays as it was sent', () => expect(targetParts('/%41?%41=%2e%2e').queryString).toBe('?%41=%2e%2e'));
});

describe('RFC 3986 5.2.4 dot segments: removed after decoding', () => {
  it.each<[string, string]>([
    ['/a/../b', '/b'],
    ['/a/./b', '/a/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/..', '/'],
    ['/.', '/'],
    ['/../..', '/'],
    ['/../a', '/a'],
    ['/../../../a', '/a'],
    ['/./././a', '/a'],
    ['/a/b/../../c', '/c'],
    ['/a/b/c/./../../g', '/a/g'],
    ['/a//../b', '/a/b'],
    ['/a/..//b', '//b'],
    ['/%2e%2e/a', '/a'],
    ['/a/%2E%2e/b', '/b'],
    ['/a/.%2e/b', '/b'],
    ['/a/%2e/b', '/a/b'],
    ['/a/%2e%2e', '/'],
    // no dot segments
    ['/...', '/...'],
    ['/.a', '/.a'],
    ['/a.', '/a.'],
    ['/..a', '/..a'],
    ['/a..', '/a..'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a/..%2Fb', '/a/..%2Fb'],
    ['/a/..;/b', '/a/..;/b'],
    ['/a/..%00/b', '/a/..%00/b'],
  ])('%s is %j', (target, path) => expect(targetParts(target).path).toBe(path));

  it('no path leaves its root', () => {
    const segments = ['a', '..', '.', '', '%2e%2e', '%2E', 'b%2F'];
    for (const one of segments)
      for (const two of segments)
        for (const three of segments) {
          const { path } = targetParts(`/${one}/${two}/${three}`);
          expect(path).toMatch(/^\//);
          expect(path.split('/')).not.toContain('..');
          expect(path.split('/')).not.toContain('.');
        }
  });
});
