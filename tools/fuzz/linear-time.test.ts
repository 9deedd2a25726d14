import { Buffer } from 'node:buffer';
import { bindingTarget, parseBindingAddress, parseBindingAddresses } from '@windhover/addresses';
import type { Receiver } from '@windhover/connections';
import { fetchHandler } from '@windhover/app-fetch';
import { nodeHandler } from '@windhover/app-node';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext, resolveHttpLimits } from '@windhover/http';
import {
  RequestDecoder,
  RequestEvent,
  ResponseDecoder,
  ResponseEvent,
  resolveResponseLimits,
} from '@windhover/http1-codec';
import { HpackDecoder } from '@windhover/http2/codec';
import { exceptionPage } from '@windhover/middleware-exception-page';
import { forwardedHeaders } from '@windhover/middleware-forwarded-headers';
import { hostFiltering } from '@windhover/middleware-host-filtering';
import { routing } from '@windhover/middleware-routing';
import { ProxyHeaderParser } from '@windhover/proxy-protocol';
import { connectionPair } from '@windhover/transport-memory';
import { webSockets } from '@windhover/websockets';
import { describe, expect, it } from 'vitest';
import { prioritize } from '../../packages/http2/src/connection/priority.ts';
import { parseClientHello } from '../../packages/tls/src/client-hello/client-hello.ts';
import { redirectPlainHttp } from '../../packages/tls/src/handshake/plain-http.ts';
import { MemoryHttp } from '../test-support/memory-http.ts';
import { firstSlow, repeatedSize, repeats, slow } from './repeats.ts';

const wide = 4 * repeatedSize;
const limits = { maxRequestLineSize: wide, maxRequestHeadersTotalSize: wide, maxRequestBodySize: null };

/** An application with every part that parses text of a peer. */
const application = (handler: (context: HttpContext) => void | Promise<void>): MemoryHttp => {
  const app = new ApplicationBuilder(new Features())
    .use(exceptionPage({ details: true, onError: () => undefined }))
    .use(
      forwardedHeaders({
        trustedProxies: ['memory'],
        forwardLimit: 100,
        headers: ['for', 'proto', 'host', 'prefix'],
        allowedHosts: ['*.example.com', '[::1]'],
      }),
    )
    .use(
      forwardedHeaders({
        trustedProxies: ['memory', '0.0.0.0/0', '::/0'],
        forwardLimit: 100,
        headers: ['for', 'proto', 'host'],
        format: 'forwarded',
        allowedHosts: ['*'],
      }),
    )
    .use(hostFiltering({ allowedHosts: ['a', '*.example.com'] }))
    .use(webSockets({ deflate: true, origins: ['https://example.com'] }))
    .use(
      routing((routes) => {
        routes.get('/users/:id/posts/:post', ({ response }) => response.end());
        routes.get('/files/:path+', ({ response }) => response.end());
        routes.get('/:a/*/c', ({ response }) => response.end());
      }),
    )
    .map('/mapped', (branch) => branch.run(handler))
    .run(handler);
  return new MemoryHttp(app.build(), limits);
};

const server = application(async ({ request, response, webSockets: { isRequest }, webSockets: sockets }) => {
  if (isRequest) return (await sockets.accept()).close();
  response.headers.set('x-query', String(request.query.size));
  const message = request.headers.get('x-message');
  if (message !== undefined) throw new Error(message);
});

const upgrade =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

describe('no text of a peer takes more than linear time', () => {
  it.each([
    ['Host', ''],
    ['Connection', ''],
    ['Content-Length', ''],
    ['Transfer-Encoding', ''],
    ['Expect', ''],
    ['Accept', 'X-Message: shown on the page\r\n'],
    ['X-Message', ''],
    ['X-Forwarded-For', ''],
    ['X-Forwarded-Proto', ''],
    ['X-Forwarded-Host', ''],
    ['X-Forwarded-Prefix', ''],
    ['Forwarded', ''],
    ['Upgrade', upgrade],
    ['Origin', upgrade],
    ['Sec-WebSocket-Key', upgrade],
    ['Sec-WebSocket-Protocol', upgrade],
    ['Sec-WebSocket-Extensions', upgrade],
  ])('in a request field: %s', async (name, others) => {
    const kept = others.split('\r\n').filter((line) => !line.startsWith(`${name}:`));
    const host = name === 'Host' ? '' : 'Host: a\r\n';
    const request = (value: string): string => `GET / HTTP/1.1\r\n${host}${kept.join('\r\n')}${name}: ${value}\r\n\r\n`;
    expect(await firstSlow((value) => server.exchange(Buffer.from(request(value), 'latin1')))).toBeUndefined();
  });

  it.each([
    ['a path', (text: string) => `GET /${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a path with a route', (text: string) => `GET /files/${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a mapped path', (text: string) => `GET /MAPPED/${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a method with routes for others', (text: string) => `POST /users/${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a query', (text: string) => `GET /?${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['an absolute target', (text: string) => `GET http://${text}/ HTTP/1.1\r\nHost: ${text}\r\n\r\n`],
    ['a target of CONNECT', (text: string) => `CONNECT ${text}:80 HTTP/1.1\r\nHost: ${text}:80\r\n\r\n`],
    ['a request line', (text: string) => `${text}\r\n\r\n`],
    ['a field name', (text: string) => `GET / HTTP/1.1\r\nHost: a\r\n${text}: 1\r\n\r\n`],
    ['a chunk-size line', (text: string) => chunked(`1;${text}\r\na\r\n0\r\n\r\n`)],
    ['a trailer', (text: string) => chunked(`0\r\nX: ${text}\r\n\r\n`)],
  ])('in a request: %s', async (_name, request) => {
    expect(await firstSlow((text) => server.exchange(Buffer.from(request(text), 'latin1')))).toBeUndefined();
  });

  it.each([
    ['Host', (text: string) => `GET / HTTP/1.1\r\nHost: ${text}\r\n\r\n`],
    ['a field', (text: string) => `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${text}\r\n\r\n`],
    ['a target', (text: string) => `GET /${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ])('in a request to handlers of other interfaces: %s', async (_name, request) => {
    const fetching = new MemoryHttp(
      fetchHandler(({ url, headers }) => new Response(String(url.length + [...headers].length))),
      limits,
    );
    const node = new MemoryHttp(
      nodeHandler((incoming, outgoing) => void outgoing.end(String(Object.keys(incoming.headers).length))),
      limits,
    );
    for (const served of [fetching, node]) {
      expect(await firstSlow((text) => served.exchange(Buffer.from(request(text), 'latin1')))).toBeUndefined();
    }
  });

  it.each([
    ['a compressed value', (text: string) => headerBlock(text)],
    ['any bytes', (text: string) => Buffer.from(text, 'latin1')],
    [
      'Huffman code',
      (text: string) =>
        Buffer.concat([Buffer.of(0x40, 0x81, 0xf3), lengthBytes(0x80, 64_000), Buffer.from(text, 'latin1')]),
    ],
  ])('in a header block of HTTP/2: %s', async (_name, block) => {
    const decode = (text: string): void => {
      const bytes = block(text);
      new HpackDecoder({ maxListSize: wide, maxCount: 1000, maxFieldSize: wide }).decode(bytes, 0, bytes.length);
    };
    expect(await firstSlow(decode)).toBeUndefined();
  });

  it('in a priority field of HTTP/2', async () => {
    const stream = { urgency: 3, isIncremental: true };
    expect(await firstSlow((text) => prioritize(stream, text))).toBeUndefined();
  });

  it('in a request that comes byte by byte', async () => {
    const heads = ['GET /', 'GET / HTTP/1.1\r\nHost: ', 'GET / HTTP/1.1\r\nHost: a\r\nX: ', chunked('1;')];
    const texts = ['a', '=a;'].flatMap((unit) => heads.map((head) => head + unit.repeat(30_000 / unit.length)));
    const readBytewise = (text: string): void => {
      const decoder = new RequestDecoder(resolveHttpLimits(limits));
      for (const byte of Buffer.from(text, 'latin1')) {
        decoder.push(Buffer.of(byte));
        while (decoder.read() !== RequestEvent.needData);
      }
    };
    expect(await firstSlow(readBytewise, texts, 1000)).toBeUndefined();
  });

  it.each([
    ['a status line', (text: string) => `HTTP/1.1 200 ${text}\r\n\r\n`],
    ['a field', (text: string) => `HTTP/1.1 200 OK\r\nX: ${text}\r\n\r\n`],
    ['Connection', (text: string) => `HTTP/1.1 200 OK\r\nConnection: ${text}\r\nContent-Length: 0\r\n\r\n`],
    ['Content-Length', (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text}\r\n\r\n`],
    ['Transfer-Encoding', (text: string) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${text}\r\n\r\n`],
    ['a chunk-size line', (text: string) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${text}\r\na\r\n`],
  ])('in a response: %s', async (_name, response) => {
    const read = (text: string): void => {
      const decoder = new ResponseDecoder(
        resolveResponseLimits({ maxStatusLineSize: wide, maxResponseHeadersTotalSize: wide }),
      );
      decoder.expect('GET');
      decoder.push(Buffer.from(response(text), 'latin1'));
      let event: number;
      do event = decoder.read();
      while (event !== ResponseEvent.needData && event !== ResponseEvent.end);
    };
    expect(await firstSlow(read)).toBeUndefined();
  });

  it.each([
    ['version 1', (text: string) => Buffer.from(`PROXY TCP6 ${text} ${text} 1 2\r\n`, 'latin1')],
    ['version 1, unknown', (text: string) => Buffer.from(`PROXY UNKNOWN ${text}\r\n`, 'latin1')],
    ['version 2, paths', (text: string) => proxyHeader(0x31, Buffer.from(text, 'latin1').subarray(0, 216))],
    ['version 2, fields', (text: string) => proxyHeader(0, Buffer.from(text, 'latin1').subarray(0, 65_535))],
  ])('in a PROXY header: %s', async (_name, header) => {
    expect(await firstSlow((text) => new ProxyHeaderParser().push(header(text)))).toBeUndefined();
  });

  it('in a PROXY header: version 2, many empty fields', async () => {
    const header = proxyHeader(0, Buffer.alloc(65_535, '\x20\0\0'));
    expect(await firstSlow(() => new ProxyHeaderParser().push(header), [''])).toBeUndefined();
  });

  it('in a ClientHello', async () => {
    const hello = (text: string): Buffer => {
      const body = Buffer.from(`\x03\x03${'r'.repeat(32)}\0\0\x02\0\0\x01\0\x3f\xff${text}`, 'latin1').subarray(
        0,
        16_000,
      );
      const message = Buffer.concat([Buffer.of(1, 0, body.length >> 8, body.length & 255), body]);
      const records: Buffer[] = [];
      for (let at = 0; at < message.length; at += 16) {
        const fragment = message.subarray(at, at + 16);
        records.push(Buffer.of(0x16, 3, 1, 0, fragment.length), fragment);
      }
      return Buffer.concat(records);
    };
    expect(await firstSlow((text) => parseClientHello(hello(text)))).toBeUndefined();
  });

  it.each([
    ['a target', (text: string) => `GET /${text} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a field', (text: string) => `GET / HTTP/1.1\r\nHost: ${text}\r\n\r\n`],
    ['many lines', (text: string) => `GET / HTTP/1.1\r\n${`Host: ${text.slice(0, 5)}\r\n`.repeat(8000)}`],
  ])('in plain HTTP to a TLS endpoint: %s', async (_name, head) => {
    const redirect = (text: string): void => {
      const [client, served] = connectionPair();
      let receiver: Receiver | undefined;
      served.start = (first) => void (receiver ??= first);
      redirectPlainHttp(served, { find: () => undefined } as never);
      receiver!.received(Buffer.from(head(text), 'latin1'));
      client.abort();
    };
    expect(await firstSlow(redirect)).toBeUndefined();
  });

  it.each([
    ['an address', (text: string) => bindingTarget(parseBindingAddress(text))],
    ['a host', (text: string) => bindingTarget(parseBindingAddress(`http://${text}:80`))],
    ['a path', (text: string) => bindingTarget(parseBindingAddress(`http://unix:/${text}`))],
    ['a list', (text: string) => parseBindingAddresses(`http://a;${text}`)],
  ])('in an address to listen on: %s', async (_name, parse) => {
    expect(await firstSlow(parse)).toBeUndefined();
  });
});

const chunked = (content: string): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${content}`;

/** An integer of HPACK with a prefix of seven bits (RFC 7541 5.1). */
const lengthBytes = (prefix: number, length: number): Buffer => {
  const bytes = [prefix | 0x7f];
  let rest = length - 0x7f;
  for (; rest >= 0x80; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
};

/** A header block with one literal field, uncompressed. */
const headerBlock = (value: string): Buffer =>
  Buffer.concat([Buffer.from('\x40\x01x', 'latin1'), lengthBytes(0, value.length), Buffer.from(value, 'latin1')]);

/** @param family the 14th byte */
const proxyHeader = (family: number, block: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
    Buffer.of(0x21, family, block.length >> 8, block.length & 255),
    block,
  ]);

it('quadratic work on one of the texts is found', async () => {
  // A third of the text, so a ninth of the time and of the limit.
  const texts = repeats.map((text) => text.slice(0, repeatedSize / 3) + text.slice(-1));
  const quadratic = (text: string): string => text.replaceAll(/^ +| +$/g, '');
  expect(await firstSlow(quadratic, texts, slow / 9)).toBeDefined();
});
