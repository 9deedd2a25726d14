import { beforeAll, describe, expect, it, vi } from 'vitest';
import { importAgain } from '../../../tools/test-support/module-loading.ts';
import * as native from '../src/index.ts';

type Codec = typeof native;

let portable: Codec;

// As in a browser: the codec looks for Buffer when it is loaded.
beforeAll(async () => {
  vi.stubGlobal('Buffer', undefined);
  [portable] = await importAgain<[Codec]>(new URL('../src/index.ts', import.meta.url));
  vi.unstubAllGlobals();
});

const bytesOf = (text: string): Uint8Array => Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const byteByByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

const requests = [
  'GET /caf\xe9?a=%41 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-\xe9: 2\r\n\r\n',
  'GET /a HTTP/1.1\r\nHost: example.com:80\r\nX-A: caf\xe9 \t\r\nx-a:2\r\n\r\nGET /b HTTP/1.0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nh\xe9llo',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a="\xe9"\r\nh\xe9llo\r\n3\r\nabc\r\n0\r\nX-T: v\xe9\r\n\r\n',
  'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n',
  'GET http://example.com/ HTTP/1.1\r\nHost: other\r\n\r\n',
  `GET /${'x'.repeat(5000)} HTTP/1.1\r\nHost: a\r\nX-Long: ${'y\xe9'.repeat(6000)}\r\n\r\n`,
  'bad\r\n\r\n',
];

/** What a decoder of requests makes of pieces, as text. */
const readRequests = ({ RequestDecoder, RequestEvent }: Codec, pieces: readonly Uint8Array[]): string[] => {
  const decoder = new RequestDecoder();
  const seen: string[] = [];
  try {
    for (const piece of pieces) {
      decoder.push(piece.slice());
      for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) {
        const { head, content, trailers } = decoder;
        if (event === RequestEvent.head) {
          const lines = Array.from({ length: head!.fieldCount }, (_, line) => head!.fieldLine(line).join('='));
          seen.push(`${head!.method} ${head!.target} ${head!.field('x-a')} ${lines.join()} ${head!.fieldsSize}`);
        }
        if (event === RequestEvent.content) seen.push(`content ${textOf(content!)}`);
        if (event === RequestEvent.end) seen.push(`end ${[...(trailers ?? [])].join()}`);
      }
    }
  } catch (error) {
    seen.push((error as { code: string }).code);
  }
  return [...seen, ...decoder.takeRemaining().map(textOf)];
};

describe('the codec without Buffer does the same as with it', () => {
  it('was loaded apart', () => expect(portable.RequestDecoder).not.toBe(native.RequestDecoder));

  it.each(requests)('request %#', (text) => {
    const bytes = bytesOf(text);
    for (const pieces of [[bytes], byteByByte(bytes)]) {
      expect(readRequests(portable, pieces)).toEqual(readRequests(native, pieces));
    }
  });

  it('response', () => {
    const text =
      'HTTP/1.1 200 d\xe9j\xe0\r\nX-A: \xe9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\xe9b\r\n0\r\nX-T: \xe9\r\n\r\n';
    const read = ({ ResponseDecoder, ResponseEvent }: Codec): string[] => {
      const decoder = new ResponseDecoder();
      const seen: string[] = [];
      decoder.expect('GET');
      for (const piece of byteByByte(bytesOf(text))) {
        decoder.push(piece);
        for (let event = decoder.read(); event !== ResponseEvent.needData; event = decoder.read()) {
          const { head, content, trailers } = decoder;
          seen.push(`${event} ${head!.reasonPhrase} ${[...head!.headers].join()}`);
          if (content !== undefined) seen.push(textOf(content));
          seen.push([...(trailers ?? [])].join());
        }
      }
      return seen;
    };
    expect(read(portable)).toEqual(read(native));
  });

  it('encoders', () => {
    const encode = ({ encodeChunk, encodeLastChunk, encodeRequestHead }: Codec): unknown[] => [
      encodeChunk('h\xe9llo'),
      textOf(encodeChunk(bytesOf('h\xe9llo'))),
      encodeLastChunk([['X-T', '\xe9']]),
      encodeRequestHead({ method: 'POST', target: '/?\x7e', headers: [['Host', 'a']], content: 3 }),
    ];
    expect(encode(portable)).toEqual(encode(native));
  });
});
