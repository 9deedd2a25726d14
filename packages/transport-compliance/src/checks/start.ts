import assert from 'node:assert/strict';
import { Recorder, letTimePass, record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

export const startChecks: readonly PairCheck[] = [
  {
    name: 'start: bytes and end that the peer sends before it are not lost',
    async run({ client, served }) {
      const back = record(client);
      client.write('early');
      client.end();
      await letTimePass(served, back);
      const there = record(served);
      await there.untilEnded();
      assert.equal(there.text, 'early');
    },
  },
  {
    name: 'start: no call of the connection calls a receiver before it returns',
    async run({ client, served }) {
      const [there, back] = [new Recorder(served), new Recorder(client)];
      const silently = (action: () => void): void => there.silently(() => back.silently(action));
      silently(() => {
        client.write('early');
        served.start(there);
        client.start(back);
        client.write('late');
        served.pause();
        served.resume();
      });
      await there.untilText('earlylate');
      silently(() => client.end());
      await there.untilEnded();
      silently(() => served.abort());
      await Promise.all([there.untilClosed(), back.untilClosed()]);
      there.assertSound();
      back.assertSound();
    },
  },
  {
    name: 'start: a second receiver takes over, also from inside received',
    async run({ client, served }) {
      const second = new Recorder(served);
      const first = record(served, { received: () => served.start(second) });
      client.write('GET /upgrade');
      await first.until(() => first.size === 12, 'expected the first receiver to get the first bytes');
      client.write('frame');
      client.end();
      await second.untilEnded();
      assert.equal(second.text, 'frame');
      served.end();
      client.start(new Recorder(client));
      await second.untilClosed();
      assert.deepEqual(first.happenings, ['received']);
      assert.equal(first.size, 12);
      second.assertSound();
    },
  },
];
