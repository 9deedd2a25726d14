import { Buffer } from 'node:buffer';
import { fc } from '../../../tools/test-support/property.ts';
import { HttpError } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import {
  Http1EncodeError,
  RequestDecoder,
  RequestEvent,
  type RequestHeadInit,
  encodeChunk,
  encodeLastChunk,
  encodeRequestHead,
} from '../src/index.ts';
import * as arbitrary from './support/arbitraries.ts';

interface Request {
  method: string;
  target: string;
  fields: [string, string][];
  framing: 'none' | 'length' | 'chunked';
  pieces: Uint8Array[];
  trailers: [string, string][];
}

const request: fc.Arbitrary<Request> = fc.record({
  method: arbitrary.token.filter((method) => method !== 'CONNECT'),
  target: arbitrary.originForm,
  fields: arbitrary.fieldLines,
  framing: fc.constantFrom('none', 'length', 'chunked'),
  pieces: fc.array(arbitrary.bytes, { maxLength: 4 }),
  trailers: arbitrary.fieldLines,
});

const encode = ({ method, target, fields, framing, pieces, trailers }: Request): Buffer => {
  const content = Buffer.concat(pieces);
  const head = encodeRequestHead({
    method,
    target,
    headers: [['Host', 'a.example'], ...fields],
    ...(framing === 'none' ? {} : { content: framing === 'length' ? content.length : 'chunked' }),
  });
  const parts: (string | Uint8Array)[] = [head.text];
  if (framing === 'length') parts.push(content);
  if (framing === 'chunked') parts.push(...pieces.map((piece) => encodeChunk(piece)), encodeLastChunk(trailers));
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
};

/** What a server sees of it, without the fields that frame it. */
const seen = ({ method, target, fields, framing, pieces, trailers }: Request): unknown => ({
  method,
  target,
  fields: [['Host', 'a.example'], ...fields],
  content: framing === 'none' ? '' : Buffer.concat(pieces).toString('hex'),
  trailers: framing === 'chunked' ? trailers : [],
});

const decodeAll = (pieces: readonly Uint8Array[]): unknown[] => {
  const decoder = new RequestDecoder();
  const requests: unknown[] = [];
  let content: Buffer[] = [];
  const read = (): void => {
    for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) {
      if (event === RequestEvent.content) content.push(Buffer.from(decoder.content!));
      if (event !== RequestEvent.end) continue;
      const head = decoder.head!;
      const lines = Array.from({ length: head.fieldCount }, (_, line) => head.fieldLine(line));
      requests.push({
        method: head.method,
        target: head.target,
        fields: lines.filter(([name]) => !/^(?:content-length|transfer-encoding)$/.test(name)),
        content: Buffer.concat(content).toString('hex'),
        trailers: [...(decoder.trailers ?? [])],
      });
      content = [];
    }
  };
  for (const piece of pieces) {
    decoder.push(piece);
    read();
  }
  expect(decoder.isInMessage).toBe(false);
  return requests;
};

/** What becomes of a request of arbitrary text. */
const attempt = (init: RequestHeadInit): string => {
  try {
    return `requests: ${decodeAll([Buffer.from(encodeRequestHead(init).text, 'latin1')]).length}`;
  } catch (error) {
    if (error instanceof Http1EncodeError || error instanceof HttpError) return error.code;
    throw error;
  }
};

describe('whatever the encoder writes', () => {
  it('decodes to itself, at any split, one request behind the other', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 3 }), arbitrary.cuts, (requests, cuts) => {
        const pieces = arbitrary.cutAt(Buffer.concat(requests.map(encode)), cuts);
        expect(decodeAll(pieces)).toEqual(requests.map(seen));
      }),
      { numRuns: 1000 },
    );
  });

  it('decodes to itself byte by byte', () => {
    fc.assert(
      fc.property(request, (given) => {
        const whole = encode(given);
        expect(decodeAll(Array.from(whole, (byte) => Buffer.from([byte])))).toEqual([seen(given)]);
      }),
      { numRuns: 300 },
    );
  });

  it('is one request, or none is written: no text in any place makes a second one', () => {
    const text = fc.string({
      unit: fc.constantFrom('\r', '\n', ' ', ':', 'a', '/', '\0', '\t', '\xff', '\u010a', ','),
    });
    fc.assert(
      fc.property(text, text, text, text, (method, target, name, value) => {
        const outcome = attempt({
          method,
          target,
          headers: [
            ['host', 'a'],
            [name, value],
          ],
        });
        // Either the code of the refusal, or a single request.
        expect(outcome).toMatch(/^(?:HTTP1?_[A-Z_]+|requests: 1)$/);
      }),
      { numRuns: 3000 },
    );
  });
});
