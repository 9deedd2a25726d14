import { getEventListeners } from 'node:events';
import type { Supervisor } from '@windhover/supervisor';
import { describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import type { FakeWorker } from './support/fake-workers.ts';
import { outcomeOf, running, supervised } from './support/supervised.ts';

describe('start', () => {
  it('the first worker starts alone; the others together when it is ready', async () => {
    const { supervisor, workers } = supervised({ threadCount: 3 });
    const started = outcomeOf(supervisor.start());
    await turns();
    expect(workers.started.map(({ thread }) => thread)).toEqual([1]);
    await workers.started[0]!.serves('http://localhost:5000');
    expect(workers.started.map(({ thread }) => thread)).toEqual([1, 2, 3]);
    await workers.started[2]!.serves('http://localhost:5000');
    expect(started.value()).toBe('pending');
    await workers.started[1]!.serves('http://localhost:5000');
    expect(started.value()).toBe('done');
    expect(supervisor.workers).toEqual([101, 102, 103]);
    expect(supervisor.addresses).toEqual(['http://localhost:5000']);
  });

  it('a first worker that ends: SUPERVISOR_START_FAILED with its exit code and what it has reported', async () => {
    const { supervisor, workers, clock } = supervised();
    const started = supervisor.start().catch((error: unknown) => error);
    await turns();
    await workers.last.says({ windhover: 'joined' });
    const error = { name: 'TransportError', message: 'in use', code: 'TRANSPORT_ADDRESS_IN_USE' };
    await workers.last.says({ windhover: 'failed', error });
    await workers.last.ends(3);
    expect(await started).toMatchObject({ code: 'SUPERVISOR_START_FAILED', exitCode: 3, cause: error });
    expect(workers.started).toHaveLength(1);
    expect(clock.next).toBeUndefined();
  });

  it.each<[reported: unknown, cause: object]>([
    [undefined, { name: 'Error' }],
    [null, { name: 'Error' }],
    ['text', { name: 'Error' }],
    [{ message: 1, toString: 2 }, { name: 'Error' }],
    [
      { name: 'E', message: 'm', code: 3 },
      { name: 'E', message: 'm' },
    ],
  ])('an error in another form, %j: SUPERVISOR_START_FAILED with what can be read', async (reported, cause) => {
    const { supervisor, workers } = supervised();
    const failing = async (): Promise<void> => {
      await turns();
      await workers.last.says({ windhover: 'failed', error: reported } as never);
      await workers.last.ends(3);
    };
    const [started] = await Promise.allSettled([supervisor.start(), failing()]);
    expect(started).toMatchObject({ reason: { code: 'SUPERVISOR_START_FAILED', exitCode: 3, cause } });
  });

  it.each([undefined, null, 'http://a', [1, 'http://a', null]])(
    'addresses in another form, %j: only texts of a list are kept',
    async (addresses) => {
      const { supervisor, workers } = supervised({ threadCount: 1 });
      const started = supervisor.start();
      await turns();
      await workers.last.says({ windhover: 'ready', addresses } as never);
      await started;
      expect(supervisor.addresses).toEqual(Array.isArray(addresses) ? ['http://a'] : []);
    },
  );

  it.each([null, 5, 'ready', {}, { windhover: null }, { windhover: 'later' }, { windhover: ['ready'] }])(
    'messages of the program and of other versions, %j, have no effect',
    async (message) => {
      const { supervisor, workers } = await running();
      await workers.last.says(message as never);
      expect(supervisor.workers).toEqual([101, 102]);
      expect(workers.started).toHaveLength(2);
    },
  );

  it('a worker that ends well before it is ready has failed: exit code 1', async () => {
    const { supervisor, workers } = supervised();
    const started = supervisor.start().catch((error: unknown) => error);
    await turns();
    await workers.last.ends(0);
    expect(await started).toMatchObject({ code: 'SUPERVISOR_START_FAILED', exitCode: 1 });
  });

  it('a later worker that fails takes all down', async () => {
    const { supervisor, workers } = supervised();
    const started = outcomeOf(supervisor.start());
    await turns();
    const first = await workers.last.serves();
    await workers.last.ends(null, 'SIGSEGV');
    expect(first.received).toEqual(['welcome', 'stop']);
    expect(started.value()).toBe('pending');
    await first.ends();
    expect(started.value()).toBe('SUPERVISOR_START_FAILED');
  });

  it('a worker that is not ready within startTimeout is killed, and has failed', async () => {
    const { supervisor, workers, clock } = supervised({ startTimeout: 500 });
    const started = supervisor.start().catch((error: unknown) => error);
    await turns();
    await clock.tick(499);
    expect(workers.last.killed).toBe(false);
    await clock.tick(1);
    expect(workers.last.killed).toBe(true);
    expect(await started).toMatchObject({
      code: 'SUPERVISOR_START_FAILED',
      message: expect.stringContaining('not ready within 500 ms') as unknown,
    });
  });

  it('a logger that throws changes nothing', async () => {
    const fail = (): never => {
      throw new Error('no space left');
    };
    const { supervisor, workers, clock } = await running({ logger: { info: fail, warn: fail, error: fail } });
    await workers.last.ends(7);
    await clock.tick(100);
    await workers.last.serves();
    expect(supervisor.workers).toEqual([101, 103]);
  });

  it('a second time: SUPERVISOR_ALREADY_STARTED', async () => {
    const { supervisor } = await running();
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'SUPERVISOR_ALREADY_STARTED' });
  });

  it.each([
    ['Supervisor has no option "threads"; its options are threadCount, program,', { threads: 4 }],
    ['restartBackoff has no option "most"; its options are initial, max, calm.', { restartBackoff: { most: 5 } }],
  ])('%s: TypeError (%j)', (message, given) => {
    expect(() => supervised(given as object)).toThrow(TypeError);
    expect(() => supervised(given as object)).toThrow(message);
  });

  it.each([
    ['threadCount', { threadCount: 0 }],
    ['threadCount', { threadCount: 1.5 }],
    ['threadCount', { threadCount: Number.NaN }],
    ['shutdownTimeout', { shutdownTimeout: -1 }],
    ['restartBackoff.max', { restartBackoff: { initial: 10, max: 5 } }],
    ['maxFailedStarts', { maxFailedStarts: 0 }],
    ['startTimeout', { startTimeout: 0 }],
    ['shutdownTimeout', { shutdownTimeout: '30000' as never }],
    ['sharing', { sharing: 'roundrobin' as never }],
  ])('%s out of its range: RangeError (%j)', (name, given) => {
    expect(() => supervised(given)).toThrow(RangeError);
    expect(() => supervised(given)).toThrow(name);
  });
});

describe('shared keys', () => {
  it('are 48 bytes, the same in all workers, those that come later too', async () => {
    const { workers, clock } = await running();
    await workers.started[0]!.ends(7);
    await clock.tick(100);
    await workers.last.serves();
    const keys = workers.started.map((worker) => worker.keys);
    expect(Buffer.from(keys[0]![0]!, 'base64')).toHaveLength(48);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
  });

  it('change with each reload, for all workers at once', async () => {
    const { supervisor, workers } = await running();
    const [first, second] = workers.started;
    void supervisor.reload();
    await turns();
    await workers.last.serves();
    expect(first!.keys).toHaveLength(2);
    expect(first!.keys[1]).not.toBe(first!.keys[0]);
    expect(second!.keys).toEqual(first!.keys);
    expect(workers.last.keys).toEqual([first!.keys[1]]);
  });

  it('are not sent to a worker that has ended', async () => {
    const { workers, clock } = await running();
    await workers.started[0]!.ends(7);
    await clock.tick(12 * 60 * 60 * 1000);
    expect(workers.started[0]!.keys).toHaveLength(1);
    expect(workers.started[1]!.keys).toHaveLength(2);
  });

  it('change every 12 hours, until the stop', async () => {
    const { supervisor, workers, clock } = await running();
    for (let times = 1; times <= 3; times++) {
      await clock.tick(12 * 60 * 60 * 1000);
      expect(new Set(workers.started[0]!.keys).size).toBe(times + 1);
    }
    expect(workers.started[1]!.keys).toEqual(workers.started[0]!.keys);
    void supervisor.stop();
    for (const worker of workers.started) await worker.ends();
    expect(clock.next).toBeUndefined();
  });
});

describe('a worker that asks', () => {
  it('for a successor is replaced', async () => {
    const { supervisor, workers } = await running();
    await workers.started[1]!.says({ windhover: 'retire' });
    expect(workers.last.thread).toBe(2);
    await workers.last.serves();
    expect(workers.started[1]!.received).toEqual(['welcome', 'stop']);
    await workers.started[1]!.ends();
    expect(supervisor.workers).toEqual([101, 103]);
  });

  it.each<[title: string, ask: (worker: FakeWorker, supervisor: Supervisor) => void]>([
    [
      'many times at once',
      (worker) => {
        for (let time = 0; time < 50; time++) void worker.says({ windhover: 'retire' });
      },
    ],
    [
      'during a reload',
      (worker, supervisor) => {
        supervisor.reload().catch(() => undefined);
        void worker.says({ windhover: 'retire' });
      },
    ],
  ])('for a successor, %s: one starts', async (_title, ask) => {
    const { supervisor, workers } = await running();
    ask(workers.started[0]!, supervisor);
    await turns(5);
    expect(workers.started).toHaveLength(3);
  });

  it('for a successor while others start is replaced when they are ready', async () => {
    const { supervisor, workers } = supervised();
    const started = supervisor.start();
    await turns();
    await workers.started[0]!.serves();
    await workers.started[0]!.says({ windhover: 'retire' });
    expect(workers.started).toHaveLength(2);
    await workers.started[1]!.serves();
    await started;
    await turns();
    expect(workers.started.map(({ thread }) => thread)).toEqual([1, 2, 1]);
  });

  it('for a successor again while it stops: its successor stays', async () => {
    const { supervisor, workers } = await running();
    const [old] = workers.started;
    await old!.says({ windhover: 'retire' });
    await workers.last.serves();
    await old!.says({ windhover: 'retire' });
    await old!.ends();
    expect(workers.started).toHaveLength(3);
    expect(supervisor.workers).toEqual([103, 102]);
  });

  it('for a successor while all stop gets none', async () => {
    const { supervisor, workers } = await running();
    const stopped = supervisor.stop();
    await workers.started[1]!.says({ windhover: 'retire' });
    for (const worker of workers.started) await worker.ends();
    await stopped;
    expect(workers.started).toHaveLength(2);
  });

  it('for the end of all gets it', async () => {
    const { workers } = await running();
    await workers.started[0]!.says({ windhover: 'shutdown' });
    expect(workers.started.map(({ received }) => received.at(-1))).toEqual(['stop', 'stop']);
  });
});

describe('stop', () => {
  it('asks all, and resolves when all have ended', async () => {
    const { supervisor, workers } = await running();
    const stopped = outcomeOf(supervisor.stop());
    expect(workers.started.map(({ received }) => received)).toEqual([
      ['welcome', 'stop'],
      ['welcome', 'stop'],
    ]);
    await workers.started[0]!.ends();
    expect(stopped.value()).toBe('pending');
    await workers.started[1]!.ends();
    expect(stopped.value()).toBe('done');
    expect(supervisor.exitCode).toBe(0);
    expect(supervisor.workers).toEqual([undefined, undefined]);
  });

  it('kills what is left at the deadline: exit code 1', async () => {
    const { supervisor, workers, clock } = await running();
    const stopped = outcomeOf(supervisor.stop());
    await workers.started[0]!.ends();
    await clock.tick(1_099);
    expect(stopped.value()).toBe('pending');
    await clock.tick(1);
    expect(workers.started.map(({ killed }) => killed)).toEqual([false, true]);
    expect(stopped.value()).toBe('done');
    expect(supervisor.exitCode).toBe(1);
  });

  it('a worker that ends with a code of its own: the same code', async () => {
    const { supervisor, workers } = await running();
    const stopped = supervisor.stop();
    await workers.started[0]!.ends(4);
    await workers.started[1]!.ends();
    await stopped;
    expect(supervisor.exitCode).toBe(4);
  });

  it('a signal that aborts kills at once', async () => {
    const { supervisor, workers } = await running();
    const abort = new AbortController();
    const stopped = supervisor.stop(abort.signal);
    abort.abort();
    await stopped;
    expect(workers.started.every(({ killed }) => killed)).toBe(true);
  });

  it('does not keep the signal of a stop that is over', async () => {
    const { supervisor, workers } = await running();
    const { signal } = new AbortController();
    const stopped = supervisor.stop(signal);
    for (const worker of workers.started) await worker.ends();
    await stopped;
    await supervisor.stop(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('a worker that has not joined yet is killed at once; one that has is asked', async () => {
    const { supervisor, workers } = supervised({ threadCount: 3 });
    const started = outcomeOf(supervisor.start());
    await turns();
    await workers.started[0]!.serves();
    await workers.started[1]!.says({ windhover: 'joined' });
    const stopped = supervisor.stop();
    expect(workers.started.map(({ killed }) => killed)).toEqual([false, false, true]);
    expect(workers.started[1]!.received).toEqual(['welcome', 'stop']);
    await workers.started[0]!.ends();
    await workers.started[1]!.ends();
    await stopped;
    expect(started.value()).toBe('SUPERVISOR_NOT_RUNNING');
  });

  it('while a thread waits for its restart: it is not started again', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    await workers.last.ends(7);
    await supervisor.stop();
    await clock.tick(100_000);
    expect(workers.started).toHaveLength(1);
  });

  it('while a reload goes on: both workers of the thread end, and the reload is SUPERVISOR_NOT_RUNNING', async () => {
    const { supervisor, workers } = await running({ threadCount: 1 });
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    const stopped = outcomeOf(supervisor.stop());
    await turns();
    expect(workers.last.killed).toBe(true);
    await workers.started[0]!.ends();
    expect([reloaded.value(), stopped.value()]).toEqual(['SUPERVISOR_NOT_RUNNING', 'done']);
  });

  it('a crash during the stop counts as an end', async () => {
    const { supervisor, workers, clock } = await running();
    const stopped = supervisor.stop();
    await workers.started[0]!.ends(null, 'SIGSEGV');
    await workers.started[1]!.ends();
    await stopped;
    expect(supervisor.exitCode).toBe(139);
    expect(clock.next).toBeUndefined();
  });

  it('ignores messages of the program itself', async () => {
    const { workers } = await running();
    await workers.last.says({ windhover: 'something' } as never);
    await workers.last.says('text' as never);
    await workers.last.says(null as never);
    expect(workers.last.received).toEqual(['welcome']);
  });
});
