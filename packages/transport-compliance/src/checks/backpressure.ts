import assert from 'node:assert/strict';
import type { Connection } from '@windhover/connections';
import { type Recorder, letTimePass, record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

/** More than the buffers of any system between a writer and a reader that does not read. */
const mostBuffered = 64 * 1024 * 1024;
const piece = new Uint8Array(64 * 1024);

/** Writes until `write` returns false; again at each `drained`. */
class Flood {
  written = 0;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  run(): void {
    do this.written += piece.length;
    while (this.#connection.write(piece) && this.written < mostBuffered);
  }
}

/** Writes to a paused peer until no more bytes are transferred. */
const floodUntilStuck = async (client: Connection, served: Connection): Promise<{ flood: Flood; back: Recorder }> => {
  const flood = new Flood(client);
  const back = record(client, { received: () => undefined, drained: () => flood.run() });
  flood.run();
  for (let before = 0; before < flood.written;) {
    before = flood.written;
    await letTimePass(served, back, 50);
  }
  return { flood, back };
};

export const backpressureChecks: readonly PairCheck[] = [
  {
    name: 'backpressure: write returns false above the mark, and drained follows',
    async run({ client, served }) {
      const there = record(served, { received: () => undefined });
      const back = record(client);
      let written = 0;
      do written += piece.length;
      while (client.write(piece) && written < mostBuffered);
      assert.ok(written < mostBuffered, `write was never false in ${written} bytes`);
      assert.ok(!back.has('drained'), 'drained came inside write');
      await back.until(() => back.has('drained'), 'expected drained');
      await there.until(() => there.size === written, `expected to receive ${written} bytes`);
      assert.equal(back.happenings.filter((happening) => happening === 'drained').length, 1);
    },
  },
  {
    name: 'backpressure: drained is not called if write never returned false',
    async run({ client, served }) {
      const there = record(served);
      const back = record(client);
      assert.equal(client.write('little'), true);
      await there.untilText('little');
      await letTimePass(served, back);
      assert.ok(!back.has('drained'), 'drained without need');
    },
  },
  {
    name: 'backpressure: a paused reader bounds what a patient writer writes, and all of it arrives after resume',
    async run({ client, served }) {
      served.pause();
      const there = record(served, { received: () => undefined });
      const { flood, back } = await floodUntilStuck(client, served);
      assert.ok(
        flood.written < mostBuffered,
        `${flood.written} bytes were accepted by a connection whose peer does not read`,
      );
      assert.equal(there.size, 0);
      const stuckAt = flood.written;
      served.resume();
      await back.until(() => flood.written > stuckAt, 'expected drained after resume');
      await there.until(() => there.size >= stuckAt, `expected to receive ${stuckAt} bytes`);
    },
  },
  {
    name: 'backpressure: abort ends a connection whose writes are stuck, on both sides',
    async run({ client, served }) {
      served.pause();
      const there = record(served, { received: () => undefined });
      const { back } = await floodUntilStuck(client, served);
      client.end();
      client.abort();
      await back.untilClosed();
      served.resume();
      served.end();
      await there.untilClosed();
      there.assertSound();
      back.assertSound();
    },
  },
];
