import assert from 'node:assert/strict';
import { type Recorder, record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

/** The peer of an abort is notified of a reset. Where resets do not exist, it may be notified of an end first. */
const untilCut = async (recorder: Recorder, resets: boolean): Promise<void> => {
  await recorder.until(() => recorder.has('closed') || (!resets && recorder.has('ended')), 'expected a reset');
  if (!recorder.has('closed')) recorder.connection.end();
  await recorder.untilClosed();
  if (resets) assert.equal(recorder.errorCode, 'CONNECTION_RESET');
};

export const abortChecks: readonly PairCheck[] = [
  {
    name: 'abort: the own side is closed with CONNECTION_ABORTED, the peer with CONNECTION_RESET',
    async run({ client, served, resets }) {
      const [there, back] = [record(served), record(client)];
      served.write('hello');
      await back.untilText('hello');
      client.abort();
      await back.untilClosed();
      assert.equal(back.errorCode, 'CONNECTION_ABORTED');
      await untilCut(there, resets);
      there.assertSound();
      back.assertSound();
    },
  },
  {
    name: 'abort: the server resets the client in the same way',
    async run({ client, served, resets }) {
      const [there, back] = [record(served), record(client)];
      client.write('hello');
      await there.untilText('hello');
      served.abort();
      await there.untilClosed();
      assert.equal(there.errorCode, 'CONNECTION_ABORTED');
      await untilCut(back, resets);
    },
  },
  {
    name: 'abort: closed receives the reason itself; a second reason is ignored',
    async run({ client, served, resets }) {
      const [there, back] = [record(served), record(client)];
      const reason = new Error('enough');
      client.abort(reason);
      client.abort(new Error('too late'));
      await back.untilClosed();
      assert.equal(back.error, reason);
      await untilCut(there, resets);
    },
  },
  {
    name: 'abort: inside received nothing but closed follows',
    async run({ client, served }) {
      const there = record(served, { received: () => served.abort() });
      const back = record(client);
      for (let write = 0; write < 50; write++) client.write('x'.repeat(20_000));
      client.end();
      await Promise.all([there.untilClosed(), back.untilClosed()]);
      assert.deepEqual(there.happenings, ['received', 'closed']);
      there.assertSound();
    },
  },
  {
    name: 'abort: inside ended nothing but closed follows',
    async run({ client, served }) {
      const there = record(served, { ended: () => served.abort() });
      const back = record(client);
      client.end();
      await Promise.all([there.untilClosed(), back.until(() => back.has('ended') || back.has('closed'), 'a cut')]);
      assert.deepEqual(there.happenings, ['ended', 'closed']);
      assert.equal(there.errorCode, 'CONNECTION_ABORTED');
    },
  },
  {
    name: 'abort: straight after end it still closes both sides',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      client.write('bye');
      client.end();
      client.abort();
      await back.untilClosed();
      assert.equal(back.errorCode, 'CONNECTION_ABORTED');
      await there.until(() => there.has('ended') || there.has('closed'), 'expected an end or a reset');
      served.end();
      await there.untilClosed();
      there.assertSound();
      back.assertSound();
    },
  },
  {
    name: 'abort: drops the bytes that are paused',
    async run({ client, served }) {
      served.pause();
      const [there, back] = [record(served), record(client)];
      client.write('never seen');
      served.abort();
      served.resume();
      await there.untilClosed();
      assert.deepEqual(there.happenings, ['closed']);
      await back.until(() => back.has('ended') || back.has('closed'), 'expected a cut');
    },
  },
];
