import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../tools/test-support/property.ts';
import { frames } from './support/frames.ts';
import { type Served, echo, serve } from './support/serve.ts';

const streamId = fc.constantFrom(0, 1, 2, 3, 5, 7, 9, 2_147_483_647);
const flags = fc.oneof(fc.constantFrom(0, 1, 4, 5, 8, 9, 0xd, 0x20, 0x25, 0x2d), fc.nat(255));
const payload = fc.oneof(
  fc.constantFrom(
    '',
    'GET',
    'POST',
    'GET [x=y]',
    '00000000',
    '00000008',
    '7fffffff',
    '0004 00000000',
    '*100(61)',
    '*16384(61)',
  ),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
);
const frame = fc
  .record({ type: fc.oneof(fc.nat(10), fc.constantFrom(16, 200)), flags, streamId, payload })
  .map((each) => `0x${each.type.toString(16)} 0x${each.flags.toString(16)} ${each.streamId}: ${each.payload}`);
/** Whole requests now and then, so that streams are open. */
const request = streamId.chain((id) =>
  fc.constantFrom(
    `HEADERS END_HEADERS,END_STREAM ${id}: GET`,
    `HEADERS END_HEADERS ${id}: POST`,
    `DATA END_STREAM ${id}: "a"`,
  ),
);
const client = fc.array(fc.oneof({ weight: 3, arbitrary: request }, { weight: 2, arbitrary: frame }), {
  maxLength: 40,
});

const seeded = { numRuns: 300 };

/** Invariant for every input: the server has no error, and the connection is open or was closed gracefully. */
const expectOrder = async (served: Served): Promise<void> => {
  const lines = await served.settled();
  // After GOAWAY of the client, running streams are still answered.
  const goAway = lines.findIndex((line) => line.startsWith('GOAWAY') && !line.endsWith('NO_ERROR'));
  // GOAWAY with an error is the last frame, and ends the connection.
  expect(goAway === -1 || (goAway === lines.length - 1 && served.connection.hasEnded)).toBe(true);
  expect(served.applicationErrors).toEqual([]);
};

describe('a client that sends anything', () => {
  it('valid and invalid frames in any order', async () => {
    await fc.assert(
      fc.asyncProperty(client, async (sent) => {
        const served = serve(echo);
        for (const each of sent) served.send(each);
        await expectOrder(served);
        // Time for requests that never end, then for the idle connection.
        for (let round = 0; round < 3; round++) {
          served.seconds(200);
          await served.settled();
        }
        expect(served.connection.hasEnded || served.connection.isAborted).toBe(true);
      }),
      seeded,
    );
  });

  it('the answers do not depend on how the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(client, fc.array(fc.nat(60), { maxLength: 20 }), async (sent, cuts) => {
        const bytes = frames(sent.join('\n'));
        const [whole, cut] = [serve(echo), serve(echo)];
        whole.sendBytes(bytes);
        let at = 0;
        for (const size of [...cuts, bytes.length]) {
          const piece = bytes.subarray(at, at + size);
          if (piece.length > 0) cut.sendBytes(Buffer.from(piece));
          at += size;
        }
        const ends = async (served: Served): Promise<unknown> =>
          (await served.settled()).filter((line) => /^(?:GOAWAY|PING|SETTINGS)/.test(line));
        expect(await ends(cut)).toEqual(await ends(whole));
      }),
      seeded,
    );
  });

  it('random bytes after the preface', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const served = serve(echo);
        served.sendBytes(Buffer.from(bytes));
        await expectOrder(served);
      }),
      seeded,
    );
  });
});
