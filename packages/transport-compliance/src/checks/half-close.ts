import assert from 'node:assert/strict';
import { patternBytes } from '../pump.ts';
import { record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

export const halfCloseChecks: readonly PairCheck[] = [
  {
    name: 'half close: after the client ends, the server can still send, then ends',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      client.write('question');
      client.end();
      await there.untilEnded();
      assert.equal(there.text, 'question');
      served.write('answer');
      await back.untilText('answer');
      assert.ok(!back.has('ended'), 'the client was notified of an end that has not happened');
      served.end();
      await Promise.all([there.untilClosed(), back.untilClosed()]);
      assert.deepEqual(back.happenings, ['received', 'ended', 'closed']);
      assert.deepEqual(there.happenings, ['received', 'ended', 'closed']);
      assert.deepEqual([there.error, back.error], [undefined, undefined]);
    },
  },
  {
    name: 'half close: after the server ends, the client can still send, then ends',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      served.end();
      await back.untilEnded();
      client.write('last words');
      await there.untilText('last words');
      client.end();
      await Promise.all([there.untilClosed(), back.untilClosed()]);
      assert.equal(there.text, 'last words');
      assert.deepEqual([there.error, back.error], [undefined, undefined]);
    },
  },
  {
    name: 'half close: end sends all bytes queued before it',
    async run({ client, served }) {
      const bytes = patternBytes(3_000_000, 4);
      const there = record(served, { received: () => undefined });
      record(client);
      client.write(bytes);
      client.end();
      await there.untilEnded();
      assert.equal(there.size, bytes.length);
    },
  },
  {
    name: 'half close: nothing is sent after end',
    async run({ client, served }) {
      const there = record(served);
      record(client);
      client.write('all');
      client.end();
      assert.equal(client.write('too late'), false);
      client.end();
      await there.untilEnded();
      assert.equal(there.text, 'all');
      there.assertSound();
    },
  },
];
