import assert from 'node:assert/strict';
import type { ClosedObserver, Connection } from '@windhover/connections';
import { type Recorder, letTimePass, record } from '../recorder.ts';
import type { PairCheck, PairSubject } from './check.ts';

/** Records each call of an observer, and whether the receiver was called before it. */
class Witness implements ClosedObserver {
  readonly calls: { connection: Connection; error: Error | undefined; receiverFirst: boolean }[] = [];
  readonly #recorder: Recorder | undefined;

  constructor(recorder?: Recorder) {
    this.#recorder = recorder;
  }

  closed(connection: Connection, error?: Error): void {
    const receiverFirst = this.#recorder === undefined || this.#recorder.has('closed');
    this.calls.push({ connection, error, receiverFirst });
  }
}

const waysToEnd: Readonly<
  Record<string, (pair: PairSubject, there: Recorder, back: Recorder) => void | Promise<void>>
> = {
  'the client ends, then the server': async ({ client, served }, there) => {
    client.end();
    await there.untilEnded();
    served.end();
  },
  'the server ends, then the client': async ({ client, served }, _there, back) => {
    served.end();
    await back.untilEnded();
    client.end();
  },
  'both end at once': ({ client, served }) => {
    client.end();
    served.end();
  },
  'both abort at once': ({ client, served }) => {
    client.abort();
    served.abort();
  },
  'the client aborts while the server ends': ({ client, served }) => {
    served.end();
    client.abort();
  },
  'both end, and then abort': ({ client, served }) => {
    client.end();
    served.end();
    client.abort();
    served.abort();
  },
};

const onceAndLast = Object.entries(waysToEnd).map(([way, endIt]): PairCheck => ({
  name: `closed: exactly once and last, observers after the receiver, when ${way}`,
  async run(pair) {
    const [there, back] = [record(pair.served), record(pair.client)];
    const witnesses = [new Witness(there), new Witness(back)] as const;
    pair.served.onClosed(witnesses[0]);
    pair.client.onClosed(witnesses[1]);
    await endIt(pair, there, back);
    await Promise.all([there.untilClosed(), back.untilClosed()]);
    for (const [at, recorder] of [there, back].entries()) {
      recorder.assertSound();
      assert.equal(recorder.happenings.at(-1), 'closed');
      const { connection, error } = recorder;
      assert.deepEqual(witnesses[at]?.calls, [{ connection, error, receiverFirst: true }]);
    }
  },
}));

/** A closed connection and its recorder. */
const closedConnection = async ({ client, served }: PairSubject): Promise<Recorder> => {
  const [there, back] = [record(served), record(client)];
  client.write('x');
  await there.untilText('x');
  client.abort();
  await back.untilClosed();
  return back;
};

export const closedChecks: readonly PairCheck[] = [
  ...onceAndLast,
  {
    name: 'closed: every call after it does nothing',
    async run(pair) {
      const back = await closedConnection(pair);
      const { client } = pair;
      back.silently(() => {
        assert.equal(client.write('x'), false);
        assert.equal(client.write(new Uint8Array(8)), false);
        client.pause();
        client.resume();
        client.end();
        client.abort();
      });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(back.happenings.filter((happening) => happening === 'closed').length, 1);
      back.assertSound();
    },
  },
  {
    name: 'closed: a receiver and an observer that are added later are called, too',
    async run(pair) {
      const { error } = await closedConnection(pair);
      const late = record(pair.client);
      const witness = new Witness(late);
      pair.client.onClosed(witness);
      assert.deepEqual(late.happenings, [], 'closed was called inside start');
      await late.untilClosed();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(late.happenings, ['closed']);
      assert.equal(late.error, error);
      assert.deepEqual(witness.calls, [{ connection: pair.client, error, receiverFirst: true }]);
    },
  },
  {
    name: 'closed: an aborted connection that was never started notifies its observers, and a receiver that is added later',
    async run({ client, served }) {
      const back = record(client);
      const witness = new Witness();
      const closing = new Promise<void>((resolve) => served.onClosed({ closed: () => resolve() }));
      served.onClosed(witness);
      await letTimePass(served, back, 1);
      served.abort();
      await closing;
      assert.equal(witness.calls.length, 1);
      const late = record(served);
      await late.untilClosed();
      assert.equal(late.errorCode, 'CONNECTION_ABORTED');
    },
  },
];
