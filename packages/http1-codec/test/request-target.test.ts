import { describe, it } from 'vitest';
import type { Http1ErrorCode } from '../src/index.ts';
import { expectRefusal, expectRequest } from './support/requests.ts';

/** A head with exactly these lines. */
const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;

describe('RFC 9112 3.2.1 origin form', () => {
  it.each([
    '/',
    '/a',
    '//a',
    '///',
    '/a/../b/./c',
    '/a%2Fb%20c?x=%zz',
    '/a%0d%0aX:%20y',
    '/a?b?c=d',
    '/?',
    '/a:80',
    '/http://b/',
    '/*',
    '/a|b',
    '/<b>',
    '/{}',
    '/"',
    '/\\',
    '/^`',
    '/%',
    '/a;b=c',
    '/@',
    "/~_-.!$&'()*+,;=",
  ])('%s: as received', (target) => expectRequest(lines(`GET ${target} HTTP/1.1`, 'Host: a'), { target }));
});

describe('RFC 3986 2.1 an escaped NUL', () => {
  it.each(['/%00', '/a%00b', '/a/%00/b?c', '/%41%00', '/..%00/a', 'http://a/%00', 'http://a/b%00?c=%00'])(
    '%s: 400, at every split point',
    (target) => expectRefusal(lines(`GET ${target} HTTP/1.1`, 'Host: a'), 'HTTP1_TARGET_INVALID'),
  );

  it.each(['/a?%00', '/?b=%00', 'http://a/?%00', '/%0', '/%0?0', '/%2500', '/%0%30', '/%10', '/00'])(
    '%s: as received',
    (target) => expectRequest(lines(`GET ${target} HTTP/1.1`, 'Host: a'), { target }),
  );
});

describe('RFC 9112 3.2.2 absolute form', () => {
  it.each<[string, string]>([
    ['http://a/x?y', 'a'],
    ['http://a', 'a'],
    ['http://a?y', 'a'],
    ['http://a/', 'A'],
    ['HTTP://A/x', 'a'],
    ['https://a/x', 'a'],
    ['http://a:80/', 'a'],
    ['http://a/', 'a:80'],
    ['https://a:443/', 'a'],
    ['https://a/', 'a:443'],
    ['http://a:/', 'a'],
    ['http://a:8080/', 'a:8080'],
    ['http://[::1]/x', '[::1]'],
    ['http://[::1]:80/x', '[::1]'],
    ['http://[2001:DB8::1]:8080/x', '[2001:db8::1]:8080'],
  ])('%s with Host %s: as received', (target, host) =>
    expectRequest(lines(`GET ${target} HTTP/1.1`, `Host: ${host}`), { target }),
  );

  it('HTTP/1.0 without Host: accepted', () =>
    expectRequest(lines('GET http://a/x HTTP/1.0'), { target: 'http://a/x' }));

  it('HTTP/1.1 without Host: 400 all the same', () =>
    expectRefusal(lines('GET http://a/x HTTP/1.1'), 'HTTP1_HOST_MISSING'));

  it.each([
    ['http://b/', 'a'],
    ['http://a/', ''],
    ['http://a:8080/', 'a'],
    ['http://a/', 'a:8080'],
    ['http://a:80/', 'a:443'],
    ['https://a/', 'a:80'],
    ['http://a.b/', 'a'],
    ['http://[::1]/', '[::2]'],
    ['http://a/', '[::1]'],
  ])('%s with Host %j: two authorities, 400', (target, host) =>
    expectRefusal(lines(`GET ${target} HTTP/1.1`, `Host: ${host}`), 'HTTP1_HOST_MISMATCH'),
  );

  it.each([
    'http:///x',
    'http://',
    'http://?x',
    'http:/a',
    'http:a',
    'http://u@a/',
    'http://u:p@a/',
    'http://a:b/',
    'http://a:80:80/',
    'http://a%20b/',
    'http://[::1',
    'http://[]/',
    'http://a,b/',
    'http://:80/',
    'ftp://a/',
    'ws://a/',
    'file:///etc/passwd',
    'urn:a:b',
    'javascript:x',
    'mailto:a@b',
    'xhttp://a/',
    'http//a/',
    'http\\://a',
    'http://a\\b/',
  ])('%s: 400', (target) => expectRefusal(lines(`GET ${target} HTTP/1.1`, 'Host: a'), 'HTTP1_TARGET_INVALID'));
});

describe('RFC 9112 3.2.3 authority form', () => {
  it.each<[string, string | undefined]>([
    ['a:443', 'a:443'],
    ['A:443', 'a:443'],
    ['a.example:1', 'a.example:1'],
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['[::1]:443', '[::1]:443'],
  ])('CONNECT %s: as received', (target, host) =>
    expectRequest(lines(`CONNECT ${target} HTTP/1.1`, `Host: ${host}`), { method: 'CONNECT', target }),
  );

  it.each([
    'a',
    'a:',
    ':443',
    'a:b',
    'a:443/',
    '/a:443',
    '/',
    '*',
    'http://a:443',
    'a:443?x',
    'u@a:443',
    '[::1]',
    '[a]:1',
    'a b:1'.replace(' ', ','),
    '1:2:3',
  ])('CONNECT %s: 400', (target) =>
    expectRefusal(lines(`CONNECT ${target} HTTP/1.1`, 'Host: a:443'), 'HTTP1_TARGET_INVALID'),
  );

  it.each(['a', 'a:80', 'b:443', ''])('CONNECT a:443 with Host %j: 400', (host) =>
    expectRefusal(lines('CONNECT a:443 HTTP/1.1', `Host: ${host}`), 'HTTP1_HOST_MISMATCH'),
  );

  it.each(['GET', 'OPTIONS', 'POST', 'connect'])('%s a:443: 405', (method) =>
    expectRefusal(lines(`${method} a:443 HTTP/1.1`, 'Host: a:443', 'Content-Length: 0'), 'HTTP1_AUTHORITY_NOT_ALLOWED'),
  );
});

describe('RFC 9112 3.2.4 asterisk form', () => {
  it('OPTIONS *: as received', () =>
    expectRequest(lines('OPTIONS * HTTP/1.1', 'Host: a'), { method: 'OPTIONS', target: '*' }));

  it.each(['GET', 'POST', 'HEAD', 'options'])('%s *: 405', (method) =>
    expectRefusal(lines(`${method} * HTTP/1.1`, 'Host: a', 'Content-Length: 0'), 'HTTP1_ASTERISK_NOT_ALLOWED'),
  );

  it.each(['**', '*/', '*?x'])('OPTIONS %s: 400', (target) =>
    expectRefusal(lines(`OPTIONS ${target} HTTP/1.1`, 'Host: a'), 'HTTP1_TARGET_INVALID'),
  );
});

describe('RFC 9112 3.2 none of the four forms', () => {
  it.each(['foo', '../x', './x', '?x', '%2Fx', '\\x', 'a/b', '.', 'a'])('%s: 400', (target) =>
    expectRefusal(lines(`GET ${target} HTTP/1.1`, 'Host: a'), 'HTTP1_TARGET_INVALID'),
  );
});

describe('RFC 9112 3.2 Host', () => {
  it.each([
    'a',
    'A.Example',
    'localhost:8080',
    'localhost:',
    'localhost:0',
    'localhost:99999',
    '127.0.0.1',
    'a_b',
    'a-b.c~d',
    "!$&'()",
    'xn--caf-dma.example',
    '1',
    '[::]',
    '[::1]',
    '[::1]:80',
    '[::1]:',
    '[1::]',
    '[2001:db8::1]',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:7::]',
    '[::2:3:4:5:6:7:8]',
    '[1::8]',
    '[ABCD:ef01::]',
    '[::ffff:1.2.3.4]',
    '[::1.2.3.4]',
    '[1:2:3:4:5:6:255.255.255.255]',
    '[::0.0.0.0]',
    '',
  ])('%j: accepted, as received', (host) =>
    expectRequest(lines('GET / HTTP/1.1', `Host: ${host}`), { fields: [['Host', host]] }),
  );

  it.each([
    'a b',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'u:p@a',
    'http://a',
    'a\\b',
    'a,b',
    'a, b',
    'a;b',
    '"a"',
    '<a>',
    'a%20b',
    'a*',
    'a|b',
    'a\xe9',
    '\xffa',
    ':80',
    ':',
    'a:80a',
    'a:-1',
    'a:+1',
    'a:80:80',
    'a: 80',
    'a :80',
    'a:b',
    'a:0x50',
    '[',
    '[]',
    '[:]',
    '[::1',
    '::1',
    '::1]',
    '[::1]x',
    '[::1]80',
    '[::1]:x',
    '[[::1]]',
    '[::g]',
    '[:::]',
    '[:1]',
    '[1:]',
    '[1]',
    '[a]',
    '[1:2]',
    '[1::2::3]',
    '[1:::2]',
    '[12345::]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7:8::]',
    '[::1:2:3:4:5:6:7:8]',
    '[1.2.3.4]',
    '[::1.2.3]',
    '[::1.2.3.4.5]',
    '[::1.2.3.256]',
    '[::01.2.3.4]',
    '[::1.2.3.4:1]',
    '[::1..2.3]',
    '[::1.2.3.]',
    '[::.1.2.3]',
    '[1:2:3:4:5:6:7:1.2.3.4]',
    '[::1000.2.3.4]',
    '[::a.2.3.4]',
    '[fe80::1%25eth0]',
    '[fe80::1%eth0]',
    '[v1.a]',
    '[ ::1]',
  ])('%j: 400', (host) => expectRefusal(lines('GET / HTTP/1.1', `Host: ${host}`), 'HTTP1_HOST_INVALID'));

  it.each<[string, string[], Http1ErrorCode]>([
    ['none', ['Accept: a'], 'HTTP1_HOST_MISSING'],
    ['none, and no field at all', [], 'HTTP1_HOST_MISSING'],
    ['two', ['Host: a', 'Host: b'], 'HTTP1_HOST_DUPLICATE'],
    ['two that are the same', ['Host: a', 'Host: a'], 'HTTP1_HOST_DUPLICATE'],
    ['two in another case', ['Host: a', 'X: y', 'hOST: a'], 'HTTP1_HOST_DUPLICATE'],
    ['two, the first one empty', ['Host:', 'Host: a'], 'HTTP1_HOST_DUPLICATE'],
    ['names that only look similar', ['Hosts: a', 'X-Host: a', 'H0st: a'], 'HTTP1_HOST_MISSING'],
  ])('%s: 400', (_, fields, code) => expectRefusal(lines('GET / HTTP/1.1', ...fields), code));

  it('HTTP/1.2 without: 400', () => expectRefusal(lines('GET / HTTP/1.2'), 'HTTP1_HOST_MISSING'));

  it('HTTP/1.0 without: accepted', () => expectRequest(lines('GET / HTTP/1.0'), { fields: [] }));

  it.each<[string[], Http1ErrorCode]>([
    [['Host: a', 'Host: a'], 'HTTP1_HOST_DUPLICATE'],
    [['Host: a b'], 'HTTP1_HOST_INVALID'],
  ])('HTTP/1.0 with %j: 400', (fields, code) => expectRefusal(lines('GET / HTTP/1.0', ...fields), code));
});
