import { afterEach, describe, expect, it } from 'vitest';
import { FastResponse, installFastResponse } from '../src/index.ts';
import { answer } from './support.ts';

const Fast = FastResponse as unknown as typeof Response;
const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const makers: [string, (of: typeof Response) => Response][] = [
  ['text', (of) => new of('hé')],
  ['bytes', (of) => new of(new Uint8Array([65, 66]))],
  ['nothing', (of) => new of()],
  ['status and text', (of) => new of('x', { status: 404, statusText: 'Gone fishing' })],
  ['headers as an object', (of) => new of('x', { headers: { 'X-A': '1', 'Content-Type': 'text/html' } })],
  [
    'headers as pairs',
    (of) =>
      new of('x', {
        headers: [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      }),
  ],
  ['Headers', (of) => new of('x', { headers: new Headers({ 'x-a': '1' }) })],
  ['json', (of) => of.json({ a: [1] }, { status: 201 })],
  ['redirect', (of) => of.redirect('http://b.example/')],
  ['a stream', (of) => new of(new Blob(['streamed']).stream())],
  ['a form', (of) => new of(new URLSearchParams('a=1'))],
  ['204', (of) => new of(null, { status: 204 })],
  [
    'fields about one connection',
    (of) =>
      new of('x', {
        headers: { Connection: 'X-Own', 'X-Own': '1', 'Keep-Alive': '5', 'Transfer-Encoding': 'gzip', TE: 'x' },
      }),
  ],
  [
    'fields about one connection, named in several lines',
    (of) =>
      new of('x', {
        headers: [
          ['Connection', 'X-First, x-second'],
          ['connection', 'x-third'],
          ['x-first', '1'],
          ['x-second', '2'],
          ['x-third', '3'],
          ['x-kept', '4'],
        ],
      }),
  ],
  [
    'headers changed later',
    (of) => {
      const made = new of('x');
      made.headers.set('x-late', '1');
      return made;
    },
  ],
  ['cloned', (of) => new of('x').clone()],
  [
    'copied',
    (of) => {
      const made = new of('x', { headers: { 'x-a': '1' } });
      return new of(made.body, made);
    },
  ],
  ...(
    [
      ['a number as a header', { headers: { 'content-length': 1 } }],
      [
        'a boolean, null, undefined and a list as headers',
        { headers: { a: true, b: null, c: undefined, d: ['1', '2'] } },
      ],
      ['whitespace around a value', { headers: { 'x-a': ' \t1 ' } }],
      ['an empty value, a tab and Latin-1', { headers: { a: '', b: '1\t2', c: 'é' } }],
      ['a Map', { headers: new Map([['x-a', '1']]) }],
      ['a number as a status text', { statusText: 5 }],
      ['Latin-1 as a status text', { statusText: 'é' }],
      ['a status as text', { status: '201' }],
      ['a fraction as a status', { status: 200.5 }],
      ['null as init', null],
      ['members that are undefined', { status: undefined, statusText: undefined, headers: undefined }],
      ['a Response as init', new Response(null, { status: 202, statusText: 'Fine', headers: { 'x-a': '1' } })],
    ] as const
  ).map(([name, init]): [string, (of: typeof Response) => Response] => [name, (of) => new of('x', init as never)]),
  [
    'headers from an iterator, with a value that is trimmed',
    (of) => new of('x', { headers: new Map([['x-a', ' 1']]).entries() as never }),
  ],
  [
    'headers from an iterator, with a stream',
    (of) => new of(new Blob(['x']).stream(), { headers: new Map([['x-a', '1']]).entries() as never }),
  ],
  [
    'json with headers from an iterator',
    (of) => of.json(1, { headers: new Map([['content-type', 'application/x']]).entries() as never }),
  ],
  ['json without init', (of) => of.json([1], null as never)],
  [
    'init changed later',
    (of) => {
      const headers = { 'x-a': '1' };
      const init = { status: 201, statusText: 'Fine', headers };
      const made = new of('x', init);
      headers['x-a'] = '2';
      Object.assign(init, { status: 500, statusText: 'Late', headers: {} });
      return made;
    },
  ],
  [
    'Headers changed later',
    (of) => {
      const headers = new Headers({ 'x-a': '1' });
      const made = new of('x', { headers });
      headers.set('x-a', '2');
      return made;
    },
  ],
];

describe("FastResponse answers as the platform's Response does", () => {
  it.each(makers)('%s', async (_, make) => {
    const [fast, platform] = [await answer(() => make(Fast), request), await answer(() => make(Response), request)];
    expect(fast).toEqual(platform);
  });

  it.each([
    ['FastResponse', Fast],
    ['Response', Response],
  ])('a 407 keeps its Proxy-Authenticate (RFC 9110 15.5.8): %s', async (_, of) => {
    const headers = { 'Proxy-Authenticate': 'Basic realm="a"' };
    const { fields } = await answer(() => new of('x', { status: 407, headers }), request);
    expect(fields).toHaveProperty('proxy-authenticate', 'Basic realm="a"');
  });

  it.each([
    ['FastResponse', Fast],
    ['Response', Response],
  ])('a 426 keeps its Upgrade (RFC 9110 15.5.22), and other responses do not: %s', async (_, of) => {
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
    const fieldsOf = async (status: number): Promise<object> =>
      (await answer(() => new of('x', { status, headers }), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).fields;
    expect(await fieldsOf(426)).toMatchObject({ upgrade: 'websocket', connection: 'upgrade' });
    expect(await fieldsOf(200)).not.toHaveProperty('upgrade');
  });

  it.each<[string, (response: Response) => unknown]>([
    ['instanceof', (response) => response instanceof Response],
    ['status', ({ status, ok, statusText }) => [status, ok, statusText]],
    ['type', ({ type, url, redirected }) => [type, url, redirected]],
    ['headers', ({ headers }) => [...headers]],
    ['text', (response) => response.text()],
    ['body', ({ body }) => body instanceof ReadableStream],
    ['used', async (response) => (await response.text(), response.bodyUsed)],
  ])('%s', async (_, look) => {
    await expect(Promise.resolve(look(new Fast('text', { status: 202 })))).resolves.toEqual(
      await look(new Response('text', { status: 202 })),
    );
  });

  it.each<[string, (of: typeof Response) => Response]>([
    ['a status below 200', (of) => new of('x', { status: 199 })],
    ['a status above 599', (of) => new of('x', { status: 600 })],
    ['null as a status', (of) => new of('x', { status: null as never })],
    ['content with 204', (of) => new of('x', { status: 204 })],
    ['no JSON', (of) => of.json(undefined)],
    ['a line break in a header', (of) => new of('x', { headers: { 'x-a': '1\r\nx-b: 2' } })],
    ['a header that is not Latin-1', (of) => new of('x', { headers: { 'x-a': '€' } })],
    ['a space in the name of a header', (of) => new of('x', { headers: { 'x a': '1' } })],
    ['an empty name of a header', (of) => new of('x', { headers: { '': '1' } })],
    ['a name without a value', (of) => new of('x', { headers: [['x-a']] as never })],
    ['null as headers', (of) => new of('x', { headers: null as never })],
    ['text as headers', (of) => new of('x', { headers: 'x-a: 1' as never })],
    ['a line break in a status text', (of) => new of('x', { statusText: 'a\nb' })],
    ['a status text that is not Latin-1', (of) => new of('x', { statusText: '€' })],
  ])('%s is refused by the constructor, with the error of the platform', (_, make) => {
    const errorOf = (of: typeof Response): unknown => {
      try {
        return make(of);
      } catch (error) {
        return error;
      }
    };
    const expected = errorOf(Response);
    expect(expected).toBeInstanceOf(Error);
    expect(errorOf(Fast)).toHaveProperty('name', (expected as Error).name);
  });
});

describe('installFastResponse', () => {
  const platform = globalThis.Response;
  afterEach(() => {
    globalThis.Response = platform;
  });

  it('puts the fast class in place of the global, and back', () => {
    const restore = installFastResponse();
    expect(globalThis.Response).toBe(FastResponse);
    restore();
    expect(globalThis.Response).toBe(platform);
  });
});
