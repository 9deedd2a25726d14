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
];

describe("FastResponse answers as the platform's Response does", () => {
  it.each(makers)('%s', async (_, make) => {
    const [fast, platform] = [await answer(() => make(Fast), request), await answer(() => make(Response), request)];
    expect(fast).toEqual(platform);
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

  it.each<[string, () => Response]>([
    ['a status below 200', () => new Fast('x', { status: 199 })],
    ['a status above 599', () => new Fast('x', { status: 600 })],
    ['content with 204', () => new Fast('x', { status: 204 })],
    ['no JSON', () => Fast.json(undefined)],
  ])('%s is refused as the platform does', (_, make) => {
    expect(make).toThrow(/./);
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
