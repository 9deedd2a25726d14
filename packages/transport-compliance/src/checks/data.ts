import assert from 'node:assert/strict';
import { exchange, patternBytes, sha256 } from '../pump.ts';
import { record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const everyByteAsText = Buffer.from(everyByte).toString('latin1');
const megabyte = 1024 * 1024;

export const dataChecks: readonly PairCheck[] = [
  {
    name: 'data: all 256 byte values arrive, written as bytes and as a latin1 string',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      client.write(everyByte);
      client.write(everyByteAsText);
      served.write(everyByteAsText);
      served.write(everyByte);
      await there.untilText(everyByteAsText.repeat(2));
      await back.untilText(everyByteAsText.repeat(2));
      assert.equal(there.text, everyByteAsText.repeat(2));
      assert.equal(back.text, everyByteAsText.repeat(2));
    },
  },
  {
    name: 'data: a view of a larger buffer sends only its own bytes',
    async run({ client, served }) {
      const there = record(served);
      client.write(everyByte.subarray(65, 91));
      client.write(new Uint8Array(everyByte.buffer, 97, 26));
      await there.untilText('A'.repeat(52));
      assert.equal(there.text, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
    },
  },
  {
    name: 'data: writing nothing sends nothing',
    async run({ client, served }) {
      const there = record(served);
      client.write('');
      client.write(new Uint8Array(0));
      client.write('end');
      await there.untilText('end');
      assert.equal(there.text, 'end');
      there.assertSound();
    },
  },
  {
    name: 'data: several megabytes arrive in order and whole, both ways at once',
    async run({ client, served }) {
      const [request, response] = [patternBytes(6 * megabyte, 1), patternBytes(4 * megabyte, 2)];
      const [ours, theirs] = [exchange(client, request), exchange(served, response)];
      ours.hooks.pump?.run();
      theirs.hooks.pump?.run();
      await Promise.all([ours.recorder.untilClosed(), theirs.recorder.untilClosed()]);
      assert.equal(theirs.recorder.size, request.length);
      assert.equal(ours.recorder.size, response.length);
      assert.equal(theirs.hooks.digest(), sha256(request));
      assert.equal(ours.hooks.digest(), sha256(response));
      for (const { recorder } of [ours, theirs]) recorder.assertSound();
    },
  },
  {
    name: 'data: the receiver owns received memory, and written bytes do not change',
    async run({ client, served }) {
      const kept: Uint8Array[] = [];
      const there = record(served, {
        received(bytes) {
          kept.push(Uint8Array.from(bytes));
          bytes.fill(0);
        },
      });
      const source = patternBytes(5_000, 3);
      for (let round = 1; round <= 3; round++) {
        client.write(source);
        await there.until(() => there.size === round * source.length, 'expected to receive a copy of the bytes');
      }
      assert.deepEqual(source, patternBytes(5_000, 3));
      assert.equal(sha256(Buffer.concat(kept)), sha256(Buffer.concat([source, source, source])));
    },
  },
  {
    name: 'data: a receiver that borrows memory gets all bytes in order, as does one that replaces it',
    async run({ client, served }) {
      const borrower = record(served, { borrows: true });
      client.write('first ');
      await borrower.untilText('first ');
      served.pause();
      client.write('while paused ');
      served.resume();
      await borrower.untilText('first while paused ');
      assert.equal(borrower.text, 'first while paused ');
      const kept: Uint8Array[] = [];
      const owner = record(served, { received: (bytes) => void kept.push(bytes) });
      for (const text of ['second ', 'third ']) {
        const { size } = owner;
        client.write(text);
        await owner.until(() => owner.size === size + text.length, `expected to receive ${text}`);
      }
      assert.equal(Buffer.concat(kept).toString(), 'second third ');
      for (const recorder of [borrower, owner]) recorder.assertSound();
    },
  },
  {
    name: 'data: chunks that the receiver keeps never change',
    async run({ client, served }) {
      const kept: { bytes: Uint8Array; hash: string }[] = [];
      const there = record(served, { received: (bytes) => void kept.push({ bytes, hash: sha256(bytes) }) });
      for (let round = 1; round <= 20; round++) {
        client.write(patternBytes(1_000, round));
        await there.until(() => there.size === round * 1_000, 'expected to receive a thousand bytes');
      }
      for (const { bytes, hash } of kept) assert.equal(sha256(bytes), hash);
    },
  },
];
