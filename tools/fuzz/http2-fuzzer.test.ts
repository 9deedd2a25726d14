import { Buffer } from 'node:buffer';
import { FrameEvent, FrameReader, type HeaderListLimits, HpackDecoder, Http2Error } from '@windhover/http2/codec';
import { describe, expect, it } from 'vitest';
import { testSeed } from '../test-support/test-seed.ts';
import { type Http2Subject, checkFrames, fuzzHttp2 } from './http2-fuzzer.mjs';

const subject: Http2Subject = {
  createReader: (limits) => new FrameReader(limits),
  createDecoder: (limits) => new HpackDecoder(limits as HeaderListLimits),
  events: FrameEvent,
  isRefusal: (error) => error instanceof Http2Error,
};

describe('the fuzzer of HTTP/2', () => {
  it('finds nothing in the frame reader and the HPACK decoder', () => {
    expect(fuzzHttp2(subject, { seed: testSeed, inputs: 1500 }).failure).toBeUndefined();
  });

  it('finds an error that is not a refusal, the same one for the same seed, and replays it', () => {
    const defect: Http2Subject = {
      ...subject,
      createDecoder: (limits) =>
        new (class extends HpackDecoder {
          override decode(bytes: Uint8Array, start: number, end: number): ReturnType<HpackDecoder['decode']> {
            const fields = super.decode(bytes, start, end);
            if (this.tableSize > 100) throw new TypeError('a defect');
            return fields;
          }
        })(limits as HeaderListLimits),
    };
    const [one, two] = [1, 2].map(() => fuzzHttp2(defect, { seed: 7, inputs: 20_000 }));
    expect(one!.failure!.what).toContain('a defect');
    expect(two).toEqual(one);
    const { limits, hex, places } = one!.failure!;
    expect(checkFrames(defect, limits, Buffer.from(hex, 'hex'), places)).toContain('a defect');
    expect(checkFrames(subject, limits, Buffer.from(hex, 'hex'), places)).toBeUndefined();
  });

  it('finds a reader that depends on how bytes arrive', () => {
    const defect: Http2Subject = {
      ...subject,
      createReader: (limits) =>
        new (class extends FrameReader {
          override push(bytes: Uint8Array): void {
            super.push(bytes.length === 1 && bytes[0] === 0xbe ? Uint8Array.of(0x82) : bytes);
          }
        })(limits),
    };
    expect(fuzzHttp2(defect, { seed: 1, inputs: 20_000 }).failure!.what).toMatch(/^(?:cut|byte by byte)/);
  });

  it('finds a table that grows beyond its limit', () => {
    const defect: Http2Subject = {
      ...subject,
      createDecoder: (limits) =>
        new (class extends HpackDecoder {
          override get tableSize(): number {
            return super.tableSize * 100;
          }
        })(limits as HeaderListLimits),
    };
    expect(fuzzHttp2(defect, { seed: 1, inputs: 20_000 }).failure!.what).toBe('a larger dynamic table than the limit');
  });
});
