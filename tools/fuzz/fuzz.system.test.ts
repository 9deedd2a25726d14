import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type HttpLimits, resolveHttpLimits } from '@windhover/http';
import { Http1Error, RequestDecoder, RequestEvent } from '@windhover/http1-codec';
import { describe, expect, it } from 'vitest';
import { type FuzzSubject, checkInput, fuzzDecoder } from './decoder-fuzzer.mjs';
import { testSeed } from '../test-support/test-seed.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('http1.mjs', import.meta.url));

const subject: FuzzSubject = {
  createDecoder: (limits: Partial<HttpLimits>) => new RequestDecoder(resolveHttpLimits(limits)),
  events: RequestEvent,
  isRefusal: (error) => error instanceof Http1Error,
};

/** The decoder with one defect. */
const broken = (Decoder: typeof RequestDecoder): FuzzSubject => ({
  ...subject,
  createDecoder: (limits: Partial<HttpLimits>) => new Decoder(resolveHttpLimits(limits)),
});

describe('the fuzzer', () => {
  it('finds nothing in the request decoder', () =>
    expect(fuzzDecoder(subject, { seed: testSeed, inputs: 1500 }).failure).toBeUndefined());

  it('does the same for the same seed', () => {
    const defect = broken(
      class extends RequestDecoder {
        override read(): RequestEvent {
          const event = super.read();
          if (this.head?.target.includes('%')) throw new TypeError('a defect');
          return event;
        }
      },
    );
    const [one, two] = [1, 2].map(() => fuzzDecoder(defect, { seed: 7, inputs: 20_000 }));
    expect(one!.failure!.what).toContain('a defect');
    expect(two).toEqual(one);
    const { limits, text, places } = one!.failure!;
    expect(checkInput(defect, limits, text, places)).toContain('a defect');
    expect(checkInput(subject, limits, text, places)).toBeUndefined();
  });

  it('finds a decoder that depends on how bytes arrive', () => {
    const defect = broken(
      class extends RequestDecoder {
        override push(bytes: Uint8Array): void {
          // A careless reader of CRLF fails on a chunk that begins with LF.
          super.push(bytes[0] === 0x0a ? bytes.subarray(1) : bytes);
        }
      },
    );
    expect(fuzzDecoder(defect, { seed: 1, inputs: 20_000 }).failure!.what).toMatch(/^(?:cut|byte by byte)/);
  });

  it('finds a decoder that continues after a refused message', () => {
    const defect = broken(
      class extends RequestDecoder {
        #refused = 0;
        override read(): RequestEvent {
          try {
            return super.read();
          } catch (error) {
            if (++this.#refused > 1) return RequestEvent.needData;
            throw error;
          }
        }
      },
    );
    expect(fuzzDecoder(defect, { seed: 1, inputs: 20_000 }).failure!.what).toBe(
      'a refused message is no longer refused',
    );
  });

  it('runs as a script, with a seed, and replays an input', async () => {
    const { stdout } = await run(process.execPath, [script, '--seconds', '60', '--inputs', '50', '--seed', '5']);
    expect(stdout).toMatch(/^seed 5: 50 inputs, nothing wrong\n$/);
    const replayed = await run(process.execPath, [script, '--replay', '{"limits":{},"text":"GET /","places":[2]}']);
    expect(replayed.stdout).toBe('nothing wrong\n');
  });
});
