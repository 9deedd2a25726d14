import { Buffer } from 'node:buffer';
import { fc } from '../../../tools/test-support/property.ts';
import { describe, expect, it } from 'vitest';
import { bytes, cutAt, cuts, fieldLines, originForm, token } from './support/arbitraries.ts';
import { type Decoded, type Lines, Reader, bytesOf, decode, decodeLate, decodeLent } from './support/requests.ts';

const latin1 = (content: Uint8Array): string => Buffer.from(content).toString('latin1');
const blank = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 });

/** How one request is put on the wire, and what it has to come to. */
interface Sent {
  readonly wire: string;
  readonly decoded: Decoded;
}

const section = (fields: Lines, blanks: readonly string[]): string =>
  fields
    .map(
      ([name, value], line) =>
        `${name}:${blanks[line % blanks.length]}${value}${blanks[(line + 1) % blanks.length]}\r\n`,
    )
    .join('');

const chunkedContent = (pieces: readonly Uint8Array[], extension: string): string =>
  pieces.map((piece) => `${piece.length.toString(16)}${extension}\r\n${latin1(piece)}\r\n`).join('');

/** A request with any method, target, fields and framing, written by hand and not by the encoder. */
const request: fc.Arbitrary<Sent> = fc
  .record({
    method: token.filter((method) => method !== 'CONNECT'),
    target: originForm,
    minor: fc.integer({ min: 1, max: 9 }),
    fields: fieldLines,
    trailers: fieldLines,
    blanks: fc.array(blank, { minLength: 1, maxLength: 4 }),
    pieces: fc.array(
      bytes.filter(({ length }) => length > 0),
      { maxLength: 4 },
    ),
    framing: fc.constantFrom('none', 'length', 'chunked'),
    extension: fc.constantFrom('', ';a', ';a=b', ' ; a = "b\\"c"'),
    emptyLines: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ method, target, minor, fields, trailers, blanks, pieces, framing, extension, emptyLines }) => {
    const content = pieces.map(latin1).join('');
    const isChunked = framing === 'chunked';
    const framed: Lines = [];
    if (framing === 'length') framed.push(['Content-Length', `${content.length}`]);
    if (isChunked) framed.push(['Transfer-Encoding', 'chunked']);
    const all: Lines = [['Host', 'a'], ...fields, ...framed];
    const end = isChunked ? `${chunkedContent(pieces, extension)}0\r\n${section(trailers, blanks)}\r\n` : content;
    const wire = `${'\r\n'.repeat(emptyLines)}${method} ${target} HTTP/1.${minor}\r\n${section(all, blanks)}\r\n`;
    return {
      wire: wire + (framing === 'none' ? '' : end),
      decoded: {
        method,
        target,
        version: '1.1',
        fields: all,
        framing: isChunked ? 'chunked' : framing === 'length' ? content.length : 0,
        content: framing === 'none' ? '' : content,
        trailers: isChunked ? trailers : [],
        complete: true,
      },
    };
  });

/** Bytes as a clumsy or hostile peer would change them. */
const mutate = (wire: string, edits: readonly [at: number, cut: number, put: string][]): string => {
  let text = wire;
  for (const [share, cut, put] of edits) {
    const at = Math.floor(share * (text.length + 1));
    text = text.slice(0, at) + put + text.slice(at + cut);
  }
  return text;
};

const put = fc.oneof(
  fc.constantFrom(
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '\0',
    '0\r\n',
    'chunked',
    'Content-Length: 1\r\n',
  ),
  fc.uint8Array({ maxLength: 4 }).map(latin1),
);
const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 }), put), {
  minLength: 1,
  maxLength: 4,
});

/** Decoding throws nothing but `Http1Error` (`Reader` lets nothing else pass), ends, and stays refused once refused. */
const expectSane = (whole: Uint8Array, shares: readonly number[]): void => {
  const reader = new Reader();
  for (const piece of cutAt(whole, shares)) reader.push(piece).read();
  const { decoding, decoder } = reader;
  expect(decoding).toEqual(decode([whole]));
  expect(decoding).toEqual(decodeLate(cutAt(whole, shares)));
  expect(decoding).toEqual(decodeLent(cutAt(whole, shares)));
  expect(decoder.buffered).toBeLessThanOrEqual(whole.length);
  const { error } = decoding;
  const again = reader.push(bytesOf('GET /again HTTP/1.1\r\nHost: a\r\n\r\n')).read();
  if (error !== undefined) expect(again.decoding.error).toBe(error);
};

describe('any request', () => {
  it('decodes to itself, alone or behind others, at any split', () =>
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), cuts, (sent, shares) => {
        const wire = bytesOf(sent.map((one) => one.wire).join(''));
        const wanted = { requests: sent.map(({ decoded }) => decoded) };
        expect(decode([wire])).toEqual(wanted);
        expect(decode(cutAt(wire, shares))).toEqual(wanted);
        expect(decodeLate(cutAt(wire, shares))).toEqual(wanted);
        expect(decodeLent(cutAt(wire, shares))).toEqual(wanted);
      }),
      { numRuns: 400 },
    ));

  it('gives back what is behind it, byte for byte', () =>
    fc.assert(
      fc.property(request, bytes, cuts, (sent, behind, shares) => {
        const { decoder } = new Reader();
        const wire = Buffer.concat([bytesOf(sent.wire), behind]);
        for (const piece of cutAt(wire, shares)) decoder.push(Buffer.from(piece));
        while (decoder.read() !== 3);
        expect(latin1(Buffer.concat(decoder.takeRemaining()))).toBe(latin1(behind));
      }),
    ));
});

describe('any bytes', () => {
  it('at random: a decoding or a refusal, the same at any split', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (whole, shares) => expectSane(whole, shares)),
      { numRuns: 500 },
    ));

  it('of requests that have been changed: a decoding or a refusal, the same at any split', () =>
    fc.assert(
      fc.property(request, request, edits, cuts, (one, two, changes, shares) =>
        expectSane(bytesOf(mutate(one.wire + two.wire, changes)), shares),
      ),
      { numRuns: 1000 },
    ));
});
