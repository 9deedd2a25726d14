import assert from 'node:assert/strict';
import type { Connection } from '@windhover/connections';
import { type Recorder, letTimePass, record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

interface Recorders {
  readonly there: Recorder;
  readonly back: Recorder;
}

/** Pauses the served connection, which has received `before`. */
const pause = async (client: Connection, served: Connection): Promise<Recorders> => {
  const [there, back] = [record(served), record(client)];
  client.write('before');
  await there.untilText('before');
  served.pause();
  return { there, back };
};

/** Pauses the served connection, and then the client ends its side. */
const pauseBeforeEnd = async (client: Connection, served: Connection): Promise<Recorders> => {
  const { there, back } = await pause(client, served);
  client.end();
  await letTimePass(served, back);
  return { there, back };
};

export const pauseChecks: readonly PairCheck[] = [
  {
    name: 'pause: nothing is received until resume, and nothing is lost',
    async run({ client, served }) {
      const { there, back } = await pause(client, served);
      client.write(' during');
      client.end();
      await letTimePass(served, back);
      assert.equal(there.text, 'before');
      assert.ok(!there.has('ended'), 'ended was called while paused');
      served.resume();
      await there.untilEnded();
      assert.equal(there.text, 'before during');
      there.assertSound();
    },
  },
  {
    name: 'pause: an end without bytes before it waits for resume, and closed follows it',
    async run({ client, served }) {
      const { there, back } = await pauseBeforeEnd(client, served);
      served.end();
      await back.untilEnded();
      assert.deepEqual(there.happenings, ['received'], 'the receiver was called while paused');
      served.resume();
      await there.untilClosed();
      assert.deepEqual(there.happenings, ['received', 'ended', 'closed']);
      assert.equal(there.error, undefined);
      there.assertSound();
    },
  },
  {
    name: 'pause: the receiver that follows is notified of an end that came during the pause',
    async run({ client, served }) {
      const { there: first } = await pauseBeforeEnd(client, served);
      const second = record(served);
      served.resume();
      await second.untilEnded();
      served.end();
      await second.untilClosed();
      assert.deepEqual(first.happenings, ['received']);
      assert.deepEqual(second.happenings, ['ended', 'closed']);
      second.assertSound();
    },
  },
  ...Object.entries({
    abort: (connection: Connection) => connection.abort(new Error('enough')),
    dispose: (connection: Connection) => connection.dispose(),
  }).map(([name, close]): PairCheck => ({
    name: `pause: ${name} closes a paused connection whose sides have ended`,
    async run({ client, served }) {
      const { there, back } = await pauseBeforeEnd(client, served);
      served.end();
      await back.untilEnded();
      there.silently(() => close(served));
      await there.untilClosed();
      assert.deepEqual(there.happenings, ['received', 'closed']);
      there.assertSound();
    },
  })),
  {
    name: 'pause: before start it holds the first bytes back',
    async run({ client, served }) {
      served.pause();
      const [there, back] = [record(served), record(client)];
      client.write('held');
      await letTimePass(served, back);
      assert.equal(there.size, 0);
      served.resume();
      await there.untilText('held');
      assert.equal(there.text, 'held');
    },
  },
  {
    name: 'pause: resumed again before start, bytes flow at start and not before',
    async run({ client, served }) {
      served.pause();
      served.resume();
      const back = record(client);
      client.write('kept');
      await letTimePass(served, back);
      const there = record(served);
      await there.untilText('kept');
      assert.equal(there.text, 'kept');
    },
  },
  {
    name: 'pause: inside received it takes effect at once, chunk by chunk',
    async run({ client, served }) {
      let chunks = 0;
      const there = record(served, {
        received() {
          chunks++;
          served.pause();
        },
      });
      const back = record(client);
      let size = 0;
      for (let round = 1; size < 300; round++) {
        for (let write = 0; write < 3 && size < 300; write++) size += client.write('x'.repeat(10)) ? 10 : 10;
        await there.until(() => chunks === round, 'expected one chunk after resume');
        await letTimePass(served, back, 3);
        assert.equal(chunks, round, 'received was called while paused');
        served.resume();
      }
      while (there.size < size) {
        const before = there.size;
        served.resume();
        await there.until(() => there.size > before, 'expected the rest');
      }
      assert.equal(there.size, size);
    },
  },
];
