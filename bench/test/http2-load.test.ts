import { HpackDecoder } from '@windhover/http2/codec';
import { expect, it } from 'vitest';
import { varyingHeads } from '../lib/load/heads.mjs';
import { varyingFrames } from '../lib/load/http2-load.mjs';

it('the header blocks of the pool decode to the same fields in every round, and all differ', () => {
  const decoder = new HpackDecoder({ maxListSize: 32_768, maxCount: 100, maxFieldSize: 32_768 });
  const frames = varyingFrames(8080) as Uint8Array[];
  const read = (): string[] =>
    frames.map((frame) =>
      decoder
        .decode(frame, 9, frame.length)
        .map(({ name, value }) => `${name}: ${value}`)
        .join('\n'),
    );
  const first = read();
  expect(new Set(first).size).toBe(varyingHeads);
  expect(first[1]).toMatch(
    /^:method: GET\n:scheme: http\n:authority: 127\.0\.0\.1:8080\n:path: \/\?page=.*\ntraceparent: 00-/s,
  );
  expect(read()).toEqual(first);
});
