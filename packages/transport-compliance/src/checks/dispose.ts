import assert from 'node:assert/strict';
import { record } from '../recorder.ts';
import type { PairCheck } from './check.ts';

export const disposeChecks: readonly PairCheck[] = [
  {
    name: 'dispose: after end, the written bytes arrive, and the own side is closed without an error',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      served.write('the last words');
      served.end();
      await back.until(() => back.has('ended'), 'expected an end');
      served.dispose();
      await there.untilClosed();
      assert.equal(there.error, undefined);
      assert.equal(back.text, 'the last words');
      client.end();
      await back.untilClosed();
      there.assertSound();
    },
  },
  {
    name: 'dispose: only closed follows, and later calls do nothing',
    async run({ client, served }) {
      const [there, back] = [record(served), record(client)];
      client.write('hello');
      await there.untilText('hello');
      served.dispose();
      served.dispose();
      served.abort(new Error('too late'));
      assert.equal(served.write('too late'), false);
      client.write('unheard');
      await there.untilClosed();
      assert.equal(there.text, 'hello');
      assert.equal(there.error, undefined);
      client.abort();
      await back.untilClosed();
      there.assertSound();
    },
  },
];
