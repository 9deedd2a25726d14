import type { HttpContext } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import {
  HostFilteringError,
  type HostFilteringErrorCode,
  type HostFilteringOptions,
  hostFiltering,
  hostFilteringErrors,
} from '../src/index.ts';

const serving = (options: HostFilteringOptions): MemoryHttp =>
  MemoryHttp.of([hostFiltering(options)], ({ response }) => response.send('served'));

/** The status of a request with that Host field. */
const statusFor = async (allowedHosts: readonly string[], host: string): Promise<number> =>
  (await serving({ allowedHosts }).answer(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status;

describe('allowed hosts', () => {
  it.each<[pattern: string, host: string, status: number]>([
    ['example.com', 'example.com', 200],
    ['example.com', 'EXAMPLE.com', 200],
    ['EXAMPLE.com', 'example.com', 200],
    ['example.com', 'example.com:8080', 200],
    ['example.com', 'example.com:', 200],
    ['example.com', 'www.example.com', 400],
    ['example.com', 'example.com.evil.test', 400],
    ['example.com', 'notexample.com', 400],
    ['example.com', 'example.co', 400],
    ['example.com', 'example.com.', 400],
    ['example.com.', 'example.com.', 200],
    ['*.example.com', 'www.example.com', 200],
    ['*.example.com', 'a.b.Example.Com:1', 200],
    ['*.EXAMPLE.com', 'www.example.com', 200],
    ['*.example.com', 'example.com', 400],
    ['*.example.com', '.example.com', 400],
    ['*.example.com', '..example.com', 400],
    ['*.example.com', 'wwwexample.com', 400],
    ['*.example.com', 'www.example.com.evil.test', 400],
    ['*', 'anything.test', 200],
    ['*', '[::1]:80', 200],
    ['127.0.0.1', '127.0.0.1:5000', 200],
    ['127.0.0.1', '127.0.0.2', 400],
    ['0.0.0.0', '127.0.0.1', 400],
    ['[::]', '[::1]', 400],
    ['[::1]', '[::1]', 200],
    ['[::1]', '[::1]:5000', 200],
    ['[::1]', '[0:0:0:0:0:0:0:1]', 200],
    ['[2001:DB8::0:1]', '[2001:db8::1]', 200],
    ['[::1]', '[::2]', 400],
    ['[::1]', '::1', 400],
    ['bücher.example', 'xn--bcher-kva.example', 200],
    ['*.bücher.example', 'www.xn--bcher-kva.example', 200],
    ['xn--bcher-kva.example', 'XN--BCHER-KVA.example', 200],
    ['localhost', 'localhost:5000', 200],
    ['my_service', 'my_service', 200],
    ['1.2.3', '1.2.0.3', 400],
  ])('%s and Host: %s: %i', async (pattern, host, status) => {
    expect(await statusFor([pattern], host)).toBe(status);
  });

  it('each of several allowed hosts is served', async () => {
    const allowed = ['a.test', '*.b.test', '[::1]'];
    const hosts = ['a.test', 'x.b.test', '[::1]', 'c.test'];
    expect(await Promise.all(hosts.map((host) => statusFor(allowed, host)))).toEqual([200, 200, 200, 400]);
  });

  it('each host is checked regardless of the previous request', async () => {
    const hosts = ['b.test', 'b.test', 'a.test', 'b.test', 'a.test', '', '', 'b.test'];
    const requests = hosts.map((host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`).join('');
    const sent = await serving({ allowedHosts: ['a.test'] }).exchange(requests);
    expect([...sent.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(
      '400 400 200 400 200 400 400 400'.split(' '),
    );
  });
});

describe('an empty Host', () => {
  it.each<[title: string, request: string, allowEmptyHosts: boolean, status: number]>([
    ['an empty field', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', false, 400],
    ['an empty field, allowed', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', true, 200],
    ['HTTP/1.0 without the field', 'GET / HTTP/1.0\r\n\r\n', false, 400],
    ['HTTP/1.0 without the field, allowed', 'GET / HTTP/1.0\r\n\r\n', true, 200],
    ['HTTP/1.0 with the field', 'GET / HTTP/1.0\r\nHost: a.test\r\n\r\n', false, 200],
    ['HTTP/1.0 with another host, empty ones allowed', 'GET / HTTP/1.0\r\nHost: b.test\r\n\r\n', true, 400],
  ])('%s', async (_title, request, allowEmptyHosts, status) => {
    expect((await serving({ allowedHosts: ['a.test'], allowEmptyHosts }).answer(request)).status).toBe(status);
  });

  it('* allows every host, but not an empty one', async () => {
    expect(await statusFor(['*'], '')).toBe(400);
  });
});

describe('a refused request', () => {
  const request = 'GET / HTTP/1.1\r\nHost: <b>.test\r\n\r\n'.replace('<b>', 'evil');

  it('has a sentence, and no text of the request', async () => {
    const answer = await serving({ allowedHosts: ['a.test'] }).answer(request);
    expect(answer.content).toBe('This host is not served here.\n');
    expect(answer.fields['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('has no content without includeFailureMessage', async () => {
    const answer = await serving({ allowedHosts: ['a.test'], includeFailureMessage: false }).answer(request);
    expect(answer).toMatchObject({ status: 400, content: '', fields: { 'content-length': '0' } });
    expect(answer.fields).not.toHaveProperty('content-type');
  });

  it('has no content for HEAD', async () => {
    const answer = await serving({ allowedHosts: ['a.test'] }).answer(request.replace('GET', 'HEAD'));
    expect(answer).toMatchObject({ status: 400, content: '' });
  });

  it('is passed to onRefused, and served requests are not', async () => {
    const refused: string[] = [];
    const options = {
      allowedHosts: ['a.test'],
      onRefused: ({ request: { host } }: { request: { host: string } }) => void refused.push(host),
    };
    for (const host of ['a.test', 'b.test:80', 'c.test']) {
      await serving(options).answer(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    }
    expect(refused).toEqual(['b.test:80', 'c.test']);
  });

  it('with an async onRefused that rejects is an error of the application', async () => {
    const http = serving({ allowedHosts: ['a.test'], onRefused: () => Promise.reject(new Error('no log')) });
    expect((await http.answer('GET / HTTP/1.1\r\nHost: b.test\r\n\r\n')).status).toBe(500);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no log' })]);
  });
});

describe('invalid allowedHosts', () => {
  it.each([[undefined], [{}], [['example.com']], [{ allowedHosts: 'example.com' }], [{ allowedHosts: [undefined] }]])(
    'the options %j: TypeError that names hostFiltering',
    (options) => {
      expect(() => hostFiltering(options as never)).toThrow(
        /hostFiltering(?: needs the option|: allowedHosts| must be an object)/,
      );
    },
  );

  it.each<[allowedHosts: string[], code: HostFilteringErrorCode]>([
    [[], 'HOST_FILTERING_NO_HOSTS'],
    [['example.com:80'], 'HOST_FILTERING_PORT'],
    [['*.example.com:80'], 'HOST_FILTERING_PORT'],
    [['[::1]:80'], 'HOST_FILTERING_PORT'],
    [['example.com:'], 'HOST_FILTERING_PORT'],
    [['*example.com'], 'HOST_FILTERING_WILDCARD'],
    [['www.*.com'], 'HOST_FILTERING_WILDCARD'],
    [['*.*.com'], 'HOST_FILTERING_WILDCARD'],
    [['**'], 'HOST_FILTERING_WILDCARD'],
    [[''], 'HOST_FILTERING_HOST_INVALID'],
    [['*.'], 'HOST_FILTERING_HOST_INVALID'],
    [[' example.com'], 'HOST_FILTERING_HOST_INVALID'],
    [['a.test;b.test'], 'HOST_FILTERING_HOST_INVALID'],
    [['http://example.com'], 'HOST_FILTERING_HOST_INVALID'],
    [['example.com/path'], 'HOST_FILTERING_HOST_INVALID'],
    [['user@example.com'], 'HOST_FILTERING_HOST_INVALID'],
    [['.example.com'], 'HOST_FILTERING_HOST_INVALID'],
    [['a..b'], 'HOST_FILTERING_HOST_INVALID'],
    [['::1'], 'HOST_FILTERING_HOST_INVALID'],
    [['[::1'], 'HOST_FILTERING_HOST_INVALID'],
    [['[::g]'], 'HOST_FILTERING_HOST_INVALID'],
    [['*.[::1]'], 'HOST_FILTERING_HOST_INVALID'],
    [['bücher .example'], 'HOST_FILTERING_HOST_INVALID'],
    [['good.test', 'bad host'], 'HOST_FILTERING_HOST_INVALID'],
  ])('%j: %s', (allowedHosts, code) => {
    const make = (): unknown => hostFiltering({ allowedHosts });
    expect(make).toThrow(HostFilteringError);
    expect(make).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(hostFilteringErrors[code]) as string }),
    );
  });

  it('the message shows the invalid host, escaped', () => {
    expect(() => hostFiltering({ allowedHosts: ['a.test', 'b.test:1\n'] })).toThrow('; received "b.test:1\\n"');
  });
});

it('returns no promise if the rest of the pipeline returns none', () => {
  const filtering = hostFiltering({ allowedHosts: ['*'] });
  expect(filtering({ request: { host: 'a' } } as HttpContext, () => undefined)).toBeUndefined();
});
