import { describe, expect, it } from 'vitest';
import { type HttpRequest, HttpRequestTrailersFeature } from '../src/index.ts';
import { FakeRequestBody, fakeExchange } from './support/fake-exchange.ts';

/** A request with content in pieces, which are there at once or come later. */
const withBody = (...pieces: (string | Uint8Array)[]): HttpRequest =>
  fakeExchange({}, new FakeRequestBody(pieces)).context.request;
const withLateBody = (...pieces: (string | Uint8Array)[]): HttpRequest =>
  fakeExchange({}, new FakeRequestBody(pieces, true)).context.request;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('HttpRequest', () => {
  it('reads the feature', () => {
    const { context, request } = fakeExchange({
      protocol: 'HTTP/1.0',
      scheme: 'https',
      method: 'PUT',
      pathBase: '/base',
      path: '/café',
      queryString: '?a=1&a=2&b=%20',
      rawTarget: '/base/caf%C3%A9?a=1&a=2&b=%20',
    });
    request.headers.set('Host', 'a.example:8080');
    request.headers.set('Content-Type', 'text/plain');
    request.headers.set('Content-Length', '12');
    const { request: shown } = context;
    expect([shown.protocol, shown.scheme, shown.method]).toEqual(['HTTP/1.0', 'https', 'PUT']);
    expect([shown.pathBase, shown.path, shown.queryString]).toEqual(['/base', '/café', '?a=1&a=2&b=%20']);
    expect(shown.target).toBe('/base/caf%C3%A9?a=1&a=2&b=%20');
    expect([shown.query.getAll('a'), shown.query.get('b')]).toEqual([['1', '2'], ' ']);
    expect([shown.host, shown.contentType, shown.contentLength]).toEqual(['a.example:8080', 'text/plain', 12]);
    expect(shown.headers).toBe(request.headers);
  });

  it('what is not there', () => {
    const { request } = fakeExchange().context;
    expect([request.host, request.contentType, request.contentLength, request.query.size]).toEqual([
      '',
      undefined,
      undefined,
      0,
    ]);
  });

  it('later layers see changes by middleware, and the target stays', () => {
    const { context, request } = fakeExchange({ path: '/a', rawTarget: '/a' });
    Object.assign(context.request, { method: 'POST', scheme: 'https', pathBase: '/b', path: '/c', queryString: '?d' });
    expect(request).toMatchObject({ method: 'POST', scheme: 'https', pathBase: '/b', path: '/c', queryString: '?d' });
    expect(context.request.target).toBe('/a');
  });

  it.each<[request: object, host: string | undefined, url: string]>([
    [{ path: '/a', queryString: '?b' }, 'h:1', 'http://h:1/a?b'],
    [{ scheme: 'https', pathBase: '/base', path: '/a' }, 'h', 'https://h/base/a'],
    [{ path: '' }, 'h', 'http://h'],
    [{ path: '/a' }, undefined, 'http:///a'],
  ])('displayUrl of %j at %s: %s', (parts, host, url) => {
    const { context, request } = fakeExchange(parts);
    if (host !== undefined) request.headers.set('host', host);
    expect(context.request.displayUrl).toBe(url);
  });

  it('trailers are those of the feature, undefined without one', () => {
    const { context, features } = fakeExchange();
    expect(context.request.trailers!.get('digest')).toBe('x');
    features.set(HttpRequestTrailersFeature, undefined);
    expect(context.request.trailers).toBeUndefined();
  });
});

describe('the request body', () => {
  describe.each([
    ['there at once', withBody],
    ['coming later', withLateBody],
  ])('%s', (_when, request) => {
    it('bytes: all pieces', async () => {
      expect(text(await request('a', 'bc', 'd').bytes())).toBe('abcd');
      expect(await request().bytes()).toEqual(new Uint8Array(0));
    });

    it('text: UTF-8, also where a piece ends inside a character', async () => {
      const [first, second] = [new Uint8Array([0x63, 0xc3]), new Uint8Array([0xa9])];
      expect(await request(first, second).text()).toBe('cé');
      expect(await request().text()).toBe('');
    });

    it('text: invalid UTF-8 becomes U+FFFD', async () => {
      expect(await request(new Uint8Array([0x61, 0xff])).text()).toBe('a\ufffd');
    });

    it('json', async () => {
      expect(await request('{"a":', '[1]}').json()).toEqual({ a: [1] });
      expect(await request('\ufeff1').json()).toBe(1);
    });

    it('json of empty content: HTTP_BODY_EMPTY, answered 400', async () => {
      await expect(request().json()).rejects.toMatchObject({ code: 'HTTP_BODY_EMPTY', status: 400, expose: true });
    });

    it.each(['{', 'undefined', '1 2'])('json of %j: HTTP_JSON_INVALID with the reason as its cause', async (body) => {
      await expect(request(body).json()).rejects.toMatchObject({
        code: 'HTTP_JSON_INVALID',
        status: 400,
        cause: expect.any(SyntaxError),
      });
    });

    it('for await: piece by piece', async () => {
      const pieces: string[] = [];
      for await (const piece of request('a', 'bc').body) pieces.push(text(piece));
      expect(pieces).toEqual(['a', 'bc']);
    });
  });

  it('a single piece is not copied', async () => {
    const piece = new Uint8Array([1, 2]);
    expect((await withBody(piece).bytes()).buffer).toBe(piece.buffer);
  });

  it('reading the property does not consume the content', async () => {
    const request = withBody('1');
    void request.body;
    const { body } = request;
    expect(await request.json()).toBe(1);
    expect(() => body[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'HTTP_BODY_CONSUMED' }));
  });

  it.each(['gzip', 'br', 'GZIP', 'identity, gzip', 'unknown'])(
    'with Content-Encoding %s: text and json are HTTP_CONTENT_CODING_UNSUPPORTED, answered 415; bytes are as received',
    async (coding) => {
      const unsupported = {
        code: 'HTTP_CONTENT_CODING_UNSUPPORTED',
        status: 415,
        fields: { 'accept-encoding': 'identity' },
      };
      for (const read of ['text', 'json'] as const) {
        const request = withBody('1');
        request.headers.set('content-encoding', coding);
        await expect(request[read]()).rejects.toMatchObject(unsupported);
        expect(await request.bytes()).toEqual(new TextEncoder().encode('1'));
      }
    },
  );

  it('with Content-Encoding identity: read as any other', async () => {
    const request = withBody('1');
    request.headers.set('content-encoding', 'Identity');
    expect(await request.json()).toBe(1);
  });

  it('is not read before the handler asks for the first piece', async () => {
    const body = new FakeRequestBody(['a', 'b']);
    const iterator = fakeExchange({}, body).context.request.body[Symbol.asyncIterator]();
    expect(body.reads).toBe(0);
    await iterator.next();
    expect(body.reads).toBe(1);
  });

  it('a loop that breaks off reads no further', async () => {
    const body = new FakeRequestBody(['a', 'b', 'c']);
    for await (const piece of fakeExchange({}, body).context.request.body) {
      expect(text(piece)).toBe('a');
      break;
    }
    expect(body.pieces).toHaveLength(2);
  });

  it.each<[way: string, read: (request: HttpRequest) => unknown]>([
    ['bytes', (request) => request.bytes()],
    ['text', (request) => request.text()],
    ['json', (request) => request.json()],
    ['for await', (request) => request.body[Symbol.asyncIterator]()],
  ])('is read once: %s after anything else is HTTP_BODY_CONSUMED', async (_way, read) => {
    const consumed = expect.objectContaining({ code: 'HTTP_BODY_CONSUMED' });
    for (const first of [
      (request: HttpRequest) => request.bytes(),
      (request: HttpRequest) => request.text(),
      (request: HttpRequest) => request.body[Symbol.asyncIterator](),
    ]) {
      const request = withBody('1');
      await first(request);
      await expect((async () => read(request))()).rejects.toEqual(consumed);
    }
  });

  it.each<[way: string, read: (request: HttpRequest) => Promise<unknown>]>([
    ['bytes', (request) => request.bytes()],
    ['text', (request) => request.text()],
    ['json', (request) => request.json()],
    ['for await', (request) => request.body[Symbol.asyncIterator]().next()],
  ])('%s: what the protocol throws comes through as it is', async (_way, read) => {
    const body = new FakeRequestBody();
    body.failure = new RangeError('too slow');
    await expect(read(fakeExchange({}, body).context.request)).rejects.toBe(body.failure);
  });
});
