import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type RequestKind, platformRequest } from '../src/index.ts';
import * as support from './support.ts';

const get = (target: string, fields = 'Host: a.example\r\n', method = 'GET', version = '1.1'): string =>
  `${method} ${target} HTTP/${version}\r\n${fields}Connection: close\r\n\r\n`;

/** The name of the error that a function throws. */
const thrown = (run: () => unknown): string => {
  try {
    run();
    return 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
};

const kinds: readonly RequestKind[] = ['platform', 'lazy'];

describe.each(kinds)('request: %s', (kind) => {
  const options = { request: kind };
  const answer = (handler: Parameters<typeof support.answer>[0], request: string): Promise<support.Answer> =>
    support.answer(handler, request, options);
  const seen = (request: string, look: (request: Request) => unknown): Promise<unknown> =>
    support.seen(request, look, options);

  describe('the URL of a Request (RFC 9110 7.1)', () => {
    it.each([
      ['origin form', get('/a/b?c=d'), 'http://a.example/a/b?c=d'],
      ['percent-encoding stays as received', get('/caf%C3%A9?%20'), 'http://a.example/caf%C3%A9?%20'],
      ['two slashes are a path, not another authority', get('//evil.example/x'), 'http://a.example//evil.example/x'],
      ['absolute form', get('http://a.example/x?y'), 'http://a.example/x?y'],
      ['absolute form without a path', get('http://a.example'), 'http://a.example/'],
      ['absolute form with a query alone', get('http://a.example?q'), 'http://a.example/?q'],
      ['asterisk form', get('*', undefined, 'OPTIONS'), 'http://a.example/*'],
      ['a percent sign alone', get('/%zz?%'), 'http://a.example/%zz?%'],
      ['backslashes are slashes to the URL parser', get('/a\\..\\b'), 'http://a.example/b'],
      ['dot segments are removed, encoded ones too', get('/../a/%2e%2e/b'), 'http://a.example/b'],
      ['characters that a URL encodes', get('/"?<>'), 'http://a.example/%22?%3C%3E'],
      ['upper case in Host', get('/', 'Host: A.EXAMPLE\r\n'), 'http://a.example/'],
      ['the default port in Host', get('/', 'Host: a.example:80\r\n'), 'http://a.example/'],
      ['an empty Host: localhost, where no address is known', get('/x', 'Host: \r\n'), 'http://localhost/x'],
      ['a long target', get(`/${'a'.repeat(7000)}`), `http://a.example/${'a'.repeat(7000)}`],
      ['a port in Host', get('/', 'Host: a.example:8080\r\n'), 'http://a.example:8080/'],
      ['an IPv6 Host', get('/', 'Host: [::1]:8080\r\n'), 'http://[::1]:8080/'],
      ['no Host in HTTP/1.0: localhost, where no address is known', get('/x', '', 'GET', '1.0'), 'http://localhost/x'],
    ])('%s', async (_, request, url) => {
      await expect(seen(request, (received) => received.url)).resolves.toBe(url);
    });

    it.each([
      ['a fragment', '/a#b'],
      ['another host than that of Host', 'http://b.example/'],
      ['user information', 'http://user@a.example/'],
      ['another scheme', 'ftp://a.example/'],
      ['no path', 'a'],
      ['a character that is not ASCII', '/é'],
    ])('a target with %s: 400', async (_, target) => {
      const { status } = await answer(() => new Response('reached'), get(target));
      expect(status).toBe(400);
    });

    it.each(['1.2.3.999', 'a.example:99999', '0x100000000'])(
      'a Host that is none for the URL parser, %s: 400',
      async (host) => {
        const { status } = await answer(() => new Response('reached'), get('/', `Host: ${host}\r\n`));
        expect(status).toBe(400);
      },
    );
  });

  describe('methods', () => {
    it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'patch', 'brew'])(
      '%s reaches the handler',
      async (method) => {
        const { fields } = await answer(
          ({ method: seenMethod }) => new Response(null, { headers: { 'x-method': seenMethod } }),
          get('/', undefined, method),
        );
        expect(fields['x-method']).toBe(method);
      },
    );

    it.each([
      ['TRACE', '/', 405],
      ['TRACK', '/', 405],
      ['CONNECT', 'a.example:80', 501],
      ['connect', '/', 501],
      ['Trace', '/', 501],
      ['get', '/', 501],
      ['Post', '/', 501],
    ])('%s, which no Request can have: %i is not possible, the answer is %i', async (method, target, status) => {
      const result = await answer(() => new Response('reached'), get(target, 'Host: a.example:80\r\n', method));
      expect(result.status).toBe(status);
    });
  });

  describe("a Request is the platform's", () => {
    const post =
      'POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';

    it.each<[string, (request: Request) => unknown, unknown]>([
      ['instanceof', (request) => request instanceof Request, true],
      ['tag', (request) => Object.prototype.toString.call(request), '[object Request]'],
      ['headers', (request) => request.headers instanceof Headers && request.headers.get('content-type'), 'text/plain'],
      ['text', (request) => request.text(), 'hello'],
      ['bytes', async (request) => [...(await request.bytes())].length, 5],
      ['body is a stream', (request) => request.body instanceof ReadableStream, true],
      ['bodyUsed before', (request) => request.bodyUsed, false],
      ['bodyUsed after', async (request) => (await request.text(), request.bodyUsed), true],
      ['duplex', (request) => request.duplex, 'half'],
      ['new Request(request)', (request) => new Request(platformRequest(request)).text(), 'hello'],
      ['new Request(url, request)', (request) => new Request('http://b/', request).text(), 'hello'],
      [
        'new Request(url, request) keeps headers',
        (request) => new Request('http://b/', request).headers.get('content-type'),
        'text/plain',
      ],
      ['new Headers(headers)', ({ headers }) => new Headers(headers).get('content-type'), 'text/plain'],
      [
        'new Request(url, { headers })',
        ({ headers }) => new Request('http://b/', { headers }).headers.get('content-type'),
        'text/plain',
      ],
      [
        'headers can be changed',
        (request) => {
          const { headers } = request;
          headers.set('X-New', '1');
          headers.delete('content-type');
          return [
            request.headers === headers,
            headers.get('x-new'),
            headers.has('content-type'),
            request.headers.has('host'),
          ];
        },
        [true, '1', false, true],
      ],
      [
        'changed headers are those of a clone',
        (request) => (request.headers.set('x', '1'), request.clone().headers.get('x')),
        '1',
      ],
      [
        'iterating headers',
        ({ headers }) => [...headers].map(([name]) => name),
        ['connection', 'content-length', 'content-type', 'host'],
      ],
      ['a field name that is not a token', ({ headers }) => thrown(() => headers.get('a b')), 'TypeError'],
      ['a field that is absent', ({ headers }) => [headers.get('x-none'), headers.has('x-none')], [null, false]],
      ['inspect', (request) => inspect(request).startsWith("Request {\n  method: 'POST'"), true],
      [
        'new Request(request, init)',
        (request) => new Request(platformRequest(request), { headers: { x: '1' } }).headers.get('x'),
        '1',
      ],
      [
        'new Request keeps headers',
        (request) => new Request(platformRequest(request)).headers.get('content-type'),
        'text/plain',
      ],
      ['clone', async (request) => [await request.clone().text(), await request.text()], ['hello', 'hello']],
      [
        'a second read',
        async (request) => (
          await request.text(),
          request.text().then(
            () => 'read',
            (error: Error) => error.name,
          )
        ),
        'TypeError',
      ],
      ['signal', (request) => request.signal instanceof AbortSignal && request.signal.aborted, false],
      [
        'BYOB reading',
        async (request) => (await request.body!.getReader({ mode: 'byob' }).read(new Uint8Array(3))).value?.length,
        3,
      ],
    ])('%s', async (_, look, expected) => {
      await expect(seen(post, look)).resolves.toEqual(expected);
    });

    it('joins cookie lines with "; " and others with ", "', async () => {
      const fields = 'Host: a\r\nCookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nAccept: y\r\n';
      await expect(
        seen(get('/', fields), ({ headers }) => [headers.get('cookie'), headers.get('accept')]),
      ).resolves.toEqual(['a=1; b=2', 'x, y']);
    });

    it.each(['GET', 'HEAD'])('%s has no body in the Fetch standard, even with content', async (method) => {
      const request = `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`;
      const { fields, status } = await answer(
        (received) => new Response(null, { headers: { 'x-body': received.body === null ? 'null' : 'stream' } }),
        request,
      );
      expect([status, fields['x-body']]).toEqual([200, 'null']);
    });
  });
});

describe('a lazy Request', () => {
  const request = get('/a?b', 'Host: a.example\r\nAccept: x\r\n');

  it('has every member of a Request with the same value', async () => {
    const values = (received: Request): unknown =>
      Object.keys(Request.prototype)
        .filter((key) => typeof Reflect.get(received, key) !== 'function' && key !== 'signal')
        .map((key) => [key, key === 'headers' ? [...received.headers] : Reflect.get(received, key)]);
    const [lazy, platform] = await Promise.all(
      kinds.toReversed().map((kind) => support.seen(request, values, { request: kind })),
    );
    expect(lazy).toEqual(platform);
  });

  it('is not a Request to the platform itself: new Request(request) throws', async () => {
    const names = await support.seen(request, (received) => thrown(() => new Request(received)), { request: 'lazy' });
    expect(names).toBe('TypeError');
  });

  it('reaches the handler object of the draft', async () => {
    const handler = {
      [Symbol.for('wintertc.server.protocol')]: 1,
      fetch: (context: { readonly request: Request }) =>
        new Response(`${context.request.url} ${thrown(() => new Request(context.request))}`),
    };
    const { content } = await support.answer(handler as never, request, { request: 'lazy' });
    expect(content).toBe('http://a.example/a?b TypeError');
  });
});
