import { Buffer } from 'node:buffer';
import { fc } from '../../../tools/test-support/property.ts';
import { describe, expect, it } from 'vitest';
import {
  Http1Error,
  Http1ResponseError,
  RequestDecoder,
  ResponseDecoder,
  ResponseEvent,
  encodeChunk,
  encodeLastChunk,
} from '../src/index.ts';
import * as arbitrary from './support/arbitraries.ts';
import { transcript } from './support/responses.ts';

interface Response {
  method: string;
  early: number[];
  statusCode: number;
  reasonPhrase: string;
  fields: [string, string][];
  framing: 'length' | 'chunked';
  pieces: Uint8Array[];
  trailers: [string, string][];
}

const response: fc.Arbitrary<Response> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'get'),
  early: fc.array(
    fc.integer({ min: 100, max: 199 }).filter((code) => code !== 101),
    { maxLength: 2 },
  ),
  statusCode: fc.oneof(fc.constantFrom(200, 204, 304, 404), fc.integer({ min: 200, max: 999 })),
  reasonPhrase: arbitrary.fieldValue,
  fields: arbitrary.fieldLines,
  framing: fc.constantFrom('length', 'chunked'),
  pieces: fc.array(arbitrary.bytes, { maxLength: 4 }),
  trailers: arbitrary.fieldLines,
});

const hasContent = ({ method, statusCode }: Response): boolean =>
  method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;

const framingField = ({ framing, pieces }: Response): [string, string] =>
  framing === 'length' ? ['Content-Length', String(Buffer.concat(pieces).length)] : ['Transfer-Encoding', 'chunked'];

/** A server's side, as small as it can be. */
const encode = (given: Response): Buffer => {
  const { early, statusCode, reasonPhrase, fields, framing, pieces, trailers } = given;
  const lines = [...fields, framingField(given)].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const parts: (string | Uint8Array)[] = early.map((code) => `HTTP/1.1 ${code} \r\nx-early: yes\r\n\r\n`);
  parts.push(`HTTP/1.1 ${statusCode} ${reasonPhrase}\r\n${lines}\r\n`);
  if (hasContent(given)) {
    if (framing === 'length') parts.push(...pieces);
    else parts.push(...pieces.map((piece) => encodeChunk(piece)), encodeLastChunk(trailers));
  }
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
};

const seen = (given: Response): unknown => ({
  early: given.early,
  statusCode: given.statusCode,
  reasonPhrase: given.reasonPhrase,
  fields: [...given.fields, framingField(given)],
  content: hasContent(given) ? Buffer.concat(given.pieces).toString('hex') : '',
  trailers: hasContent(given) && given.framing === 'chunked' ? given.trailers : [],
});

const decodeAll = (pieces: readonly Uint8Array[], methods: readonly string[]): unknown[] => {
  const decoder = new ResponseDecoder();
  for (const method of methods) decoder.expect(method);
  const responses: unknown[] = [];
  let early: number[] = [];
  let content: Buffer[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let event = decoder.read(); event !== ResponseEvent.needData; event = decoder.read()) {
      if (event === ResponseEvent.informational) early.push(decoder.head!.statusCode);
      if (event === ResponseEvent.content) content.push(Buffer.from(decoder.content!));
      if (event !== ResponseEvent.end) continue;
      const { statusCode, reasonPhrase, headers } = decoder.head!;
      responses.push({
        early,
        statusCode,
        reasonPhrase,
        fields: [...headers],
        content: Buffer.concat(content).toString('hex'),
        trailers: [...(decoder.trailers ?? [])],
      });
      early = [];
      content = [];
    }
  }
  decoder.end();
  expect(decoder.read()).toBe(ResponseEvent.needData);
  return responses;
};

describe('whatever a server writes by the rules', () => {
  it('decodes to itself, at any split, one response behind the other', () => {
    fc.assert(
      fc.property(fc.array(response, { minLength: 1, maxLength: 3 }), arbitrary.cuts, (responses, cuts) => {
        const pieces = arbitrary.cutAt(Buffer.concat(responses.map(encode)), cuts);
        const methods = responses.map(({ method }) => method);
        expect(decodeAll(pieces, methods)).toEqual(responses.map(seen));
      }),
      { numRuns: 1000 },
    );
  });

  it('decodes to itself byte by byte', () => {
    fc.assert(
      fc.property(response, (given) => {
        const pieces = Array.from(encode(given), (byte) => Buffer.from([byte]));
        expect(decodeAll(pieces, [given.method])).toEqual([seen(given)]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Bytes that get further into the decoder than random ones would. */
const nearlyResponses = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'HTTP/1.0 404 \r\n',
        'HTTP/1.1 101 \r\n',
        'HTTP/1.1 100 \r\n\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Content-Length: 3\r\n',
        'Connection: close\r\n',
        '\r\n',
        '\n',
        '\r',
        ' ',
        ':',
        ';',
        'a: b\r\n',
        '3\r\nabc\r\n',
        '0\r\n',
        '0',
        'f',
        '\0',
      ),
      arbitrary.bytes.map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('any bytes', () => {
  const requests = fc.array(fc.constantFrom('GET', 'HEAD', 'CONNECT', 'GET+'), { maxLength: 3 });

  // `transcript` lets every other error than an Http1ResponseError through.
  it('throw nothing but an Http1ResponseError', () => {
    fc.assert(
      fc.property(nearlyResponses, requests, arbitrary.cuts, (bytes, requests, cuts) => {
        expect(transcript(arbitrary.cutAt(bytes, cuts), { requests })).toBeInstanceOf(Array);
      }),
      { numRuns: 3000 },
    );
  });

  it('come to the same however they are cut, by events and by code', () => {
    const settled = (lines: string[]): string[] => lines.map((line) => line.replace(/^switched .*/s, 'switched'));
    const limits = { maxStatusLineSize: 40, maxResponseHeadersTotalSize: 60, maxResponseHeaderCount: 3 };
    fc.assert(
      fc.property(nearlyResponses, requests, arbitrary.cuts, fc.boolean(), (bytes, requests, cuts, ends) => {
        const given = { requests, ends, limits };
        const whole = transcript([bytes], given);
        expect(settled(transcript(arbitrary.cutAt(bytes, cuts), given))).toEqual(settled(whole));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('framing fields', () => {
  const value = fc.oneof(
    fc.constantFrom('0', '5', '05', '', '5, 5', '+5', '0x5', '5 5', '1e3', '99999999999999999999'),
    fc.constantFrom(
      'chunked',
      'Chunked',
      'chunked, chunked',
      'gzip, chunked',
      'gzip',
      'chunked;a',
      'chunked ;a',
      ', chunked',
      'chunked,',
    ),
    fc.nat().map(String),
    arbitrary.fieldValue,
  );
  const lines = fc.array(fc.tuple(fc.constantFrom('Content-Length', 'content-length', 'Transfer-Encoding'), value), {
    minLength: 1,
    maxLength: 3,
  });

  const refusal = (read: () => void): string | undefined => {
    try {
      read();
      return undefined;
    } catch (error) {
      if (error instanceof Http1Error || error instanceof Http1ResponseError) return error.code;
      throw error;
    }
  };

  it('are refused in a response where they would be in a request, by the same code but for the coding', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('HTTP/1.1', 'HTTP/1.0'), (lines, version) => {
        const fields = `${lines.map(([name, text]) => `${name}: ${text}\r\n`).join('')}\r\n`;
        const server = new RequestDecoder();
        server.push(Buffer.from(`GET / ${version}\r\nhost: a\r\n${fields}`, 'latin1'));
        const client = new ResponseDecoder();
        client.expect('GET');
        client.push(Buffer.from(`${version} 200 \r\n${fields}`, 'latin1'));
        const codes = [refusal(() => server.read()), refusal(() => client.read())].map((code) =>
          code?.replace(/_CODING_.*/, '_CODING'),
        );
        expect(codes[1]).toBe(codes[0]);
      }),
      { numRuns: 3000 },
    );
  });
});
