import { Supervisor, SupervisorError } from '@windhover/supervisor';
import type { SupervisorOptions } from '@windhover/supervisor';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { FakeWorkers } from './support/fake-workers.ts';

/** A supervisor with workers and a clock that the test controls. */
const supervised = (given: Partial<SupervisorOptions> = {}) => {
  const clock = new ManualClock();
  const workers = new FakeWorkers();
  const log: string[] = [];
  const write = (_details: object, message: string): void => void log.push(message);
  const logger = { info: write, warn: write, error: write };
  const options = { threadCount: 2, shutdownTimeout: 1_000, killDelay: 100, clock, logger, ...given };
  const supervisor = new Supervisor(options, workers.launch);
  return { clock, workers, log, supervisor };
};

/** A supervisor whose threads all serve. */
const running = async (given: Partial<SupervisorOptions> = {}) => {
  const all = supervised(given);
  const started = all.supervisor.start();
  for (let index = 0; index < (given.threadCount ?? 2); index++) {
    await turns();
    await all.workers.started[index]!.serves();
  }
  await started;
  return all;
};

/** Tracks the current state of a promise. */
const outcomeOf = (promise: Promise<unknown>): { readonly value: () => unknown } => {
  let value: unknown = 'pending';
  promise.then(
    () => (value = 'done'),
    (error: unknown) => (value = error instanceof SupervisorError ? error.code : error),
  );
  return { value: () => value };
};

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
    ['threadCount', { threadCount: 0 }],
    ['threadCount', { threadCount: 1.5 }],
    ['threadCount', { threadCount: Number.NaN }],
    ['shutdownTimeout', { shutdownTimeout: -1 }],
    ['restartBackoff.max', { restartBackoff: { initial: 10, max: 5 } }],
    ['maxFailedStarts', { maxFailedStarts: 0 }],
    ['startTimeout', { startTimeout: 0 }],
  ])('%s out of its range: RangeError (%j)', (name, given) => {
    expect(() => supervised(given)).toThrow(RangeError);
    expect(() => supervised(given)).toThrow(name);
  });
});

describe('a worker that crashes', () => {
  it('is started again, and waits twice as long each time, up to the longest time', async () => {
    const { workers, clock } = await running({ restartBackoff: { initial: 100, max: 350, calm: 1_000 } });
    const delays: (number | undefined)[] = [];
    for (let crash = 0; crash < 4; crash++) {
      await workers.last.ends(7);
      delays.push(clock.next);
      const before = workers.started.length;
      await clock.tick(clock.next! - 1);
      expect(workers.started).toHaveLength(before);
      await clock.tick(1);
      expect(workers.started).toHaveLength(before + 1);
      await workers.last.serves();
    }
    expect(delays).toEqual([100, 200, 350, 350]);
    expect(workers.last.thread).toBe(2);
  });

  it('after a calm time begins with the shortest wait again', async () => {
    const { workers, clock } = await running({ restartBackoff: { initial: 100, max: 400, calm: 1_000 } });
    await workers.last.ends(7);
    await clock.tick(100);
    await workers.last.serves();
    await clock.tick(1_000);
    await workers.last.ends(7);
    expect(clock.next).toBe(100);
  });

  it('before it is ready again counts as a crash', async () => {
    const { workers, clock } = await running({ restartBackoff: { initial: 100, max: 400, calm: 1_000 } });
    await workers.last.ends(7);
    await clock.tick(100);
    await workers.last.ends(1);
    expect(clock.next).toBe(200);
  });

  it('its successor receives the addresses of the other workers', async () => {
    const { supervisor, workers, clock } = supervised();
    const started = supervisor.start();
    await turns();
    await workers.last.serves('http://localhost:5000');
    await workers.last.serves('http://localhost:5000');
    await started;
    expect(workers.started.map(({ siblings }) => siblings)).toEqual([[], ['http://localhost:5000']]);
    await workers.last.ends(1);
    await clock.tick(100);
    await workers.last.says({ windhover: 'joined' });
    expect(workers.last.siblings).toEqual(['http://localhost:5000']);
  });

  it('its umask for a unix socket is no longer that of the supervisor', async () => {
    const before = process.umask();
    const { workers } = await running();
    const [first, second] = workers.started;
    await first!.says({ windhover: 'umask', umask: 0o117 });
    await second!.says({ windhover: 'umask', umask: 0o177 });
    const during = process.umask();
    await first!.says({ windhover: 'umask' });
    const after = process.umask();
    await second!.ends(1);
    expect([during, after, process.umask()]).toEqual([before | 0o177, before | 0o177, before]);
  });

  it('leaves the other threads alone', async () => {
    const { supervisor, workers } = await running();
    await workers.started[1]!.ends(null, 'SIGABRT');
    expect(supervisor.workers).toEqual([101, undefined]);
    expect(workers.started[0]!.received).toEqual(['welcome']);
  });

  it('that closes its channel but does not exit is killed at the deadline and started again', async () => {
    const { workers, clock } = await running();
    await workers.last.disconnects();
    await clock.tick(1_100);
    expect(workers.started[1]!.killed).toBe(true);
    await clock.tick(100);
    expect(workers.started).toHaveLength(3);
  });

  it('again and again while none is left: the supervisor gives up with its exit code', async () => {
    const { supervisor, workers, clock, log } = await running({ threadCount: 1, maxFailedStarts: 3 });
    await workers.last.ends(7);
    for (let failed = 0; failed < 3; failed++) {
      await clock.tick(clock.next!);
      await workers.last.ends(9);
    }
    expect(clock.next).toBeUndefined();
    expect(supervisor.exitCode).toBe(9);
    expect(log.at(-1)).toMatch('3 starts in a row have failed');
  });

  it('after a long time, and fails to start again: waits twice as long, and says why', async () => {
    const { workers, clock, log } = await running({
      threadCount: 1,
      restartBackoff: { initial: 100, max: 400, calm: 1_000 },
    });
    await clock.tick(1_000);
    await workers.last.ends(7);
    expect(clock.next).toBe(100);
    for (const next of [200, 400]) {
      await clock.tick(clock.next!);
      await workers.last.ends(9);
      expect(clock.next).toBe(next);
      expect(log.slice(-2)).toEqual(['Thread 1 ended with exit code 9', `Thread 1 starts again in ${next} ms`]);
    }
  });

  it('and is ready again: failed starts before that do not count', async () => {
    const { workers, clock, log } = await running({ threadCount: 1, maxFailedStarts: 3 });
    for (let time = 0; time < 2; time++) {
      await workers.last.ends(7);
      for (let failed = 0; failed < 2; failed++) {
        await clock.tick(clock.next!);
        await workers.last.ends(9);
      }
      expect(clock.next).toBeGreaterThan(0);
      await clock.tick(clock.next!);
      await workers.last.serves();
    }
    expect(log.join()).not.toMatch('giving up');
  });

  it('again and again while another one serves is never given up', async () => {
    const { workers, clock } = await running({ maxFailedStarts: 2 });
    await workers.last.ends(7);
    for (let failed = 0; failed < 5; failed++) {
      await clock.tick(clock.next!);
      await workers.last.ends(9);
    }
    expect(clock.next).toBeGreaterThan(0);
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

describe('reload', () => {
  it('one after the other: the new one is ready, then the old one leaves, then the next', async () => {
    const { supervisor, workers } = await running();
    const [first, second] = workers.started;
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    expect(workers.last.thread).toBe(1);
    expect(first!.received).toEqual(['welcome']);
    await workers.last.serves();
    expect(first!.received).toEqual(['welcome', 'stop']);
    expect(workers.started).toHaveLength(3);
    await first!.ends();
    expect(workers.last.thread).toBe(2);
    await workers.last.serves();
    await second!.ends();
    expect(reloaded.value()).toBe('done');
    expect(supervisor.workers).toEqual([103, 104]);
  });

  it('a new worker that fails: SUPERVISOR_RELOAD_FAILED, and the old ones go on', async () => {
    const { supervisor, workers } = await running();
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.last.ends(1);
    expect(reloaded.value()).toBe('SUPERVISOR_RELOAD_FAILED');
    expect(supervisor.workers).toEqual([101, 102]);
    expect(workers.started.flatMap(({ received }) => received)).not.toContain('stop');
    expect(workers.started).toHaveLength(3);
  });

  it('an old worker that does not leave is killed at the deadline', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.last.serves();
    await clock.tick(1_099);
    expect(workers.started[0]!.killed).toBe(false);
    await clock.tick(1);
    expect(workers.started[0]!.killed).toBe(true);
    expect(reloaded.value()).toBe('done');
  });

  it('an old worker that crashes meanwhile is not started again beside its successor', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.started[0]!.ends(7);
    await clock.tick(59_000);
    expect(workers.started).toHaveLength(2);
    await workers.last.serves();
    expect(reloaded.value()).toBe('done');
    expect(supervisor.workers).toEqual([102]);
  });

  it('an old worker that crashes meanwhile is started again when its successor fails', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.started[0]!.ends(7);
    await workers.last.ends(1);
    expect(reloaded.value()).toBe('SUPERVISOR_RELOAD_FAILED');
    await clock.tick(100);
    expect(workers.started).toHaveLength(3);
  });

  it('a new worker that crashes while the old one drains is started again', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    const successor = await workers.last.serves();
    await successor.ends(7);
    await clock.tick(100);
    expect(workers.started).toHaveLength(3);
    await workers.last.serves();
    expect(supervisor.workers).toEqual([103]);
    expect(reloaded.value()).toBe('pending');
    await workers.started[0]!.ends();
    expect(reloaded.value()).toBe('done');
  });

  it('a thread that waits for its restart is started at once', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    await workers.last.ends(7);
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.last.serves();
    expect(reloaded.value()).toBe('done');
    await clock.tick(50_000);
    expect(workers.started).toHaveLength(2);
  });

  it('a restart on its way comes first, and its worker is replaced as well', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1 });
    await workers.last.ends(7);
    await clock.tick(100);
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    expect(workers.started).toHaveLength(2);
    const restarted = await workers.last.serves();
    await workers.last.serves();
    expect(restarted.received).toEqual(['welcome', 'stop']);
    await restarted.ends();
    expect(reloaded.value()).toBe('done');
    expect(supervisor.workers).toEqual([103]);
  });

  it('calls during a reload cause one more reload', async () => {
    const { supervisor, workers } = await running({ threadCount: 1 });
    const outcomes = [supervisor.reload(), supervisor.reload(), supervisor.reload()].map(outcomeOf);
    await turns();
    await workers.last.serves();
    await workers.started[0]!.ends();
    expect(outcomes.map(({ value }) => value())).toEqual(['done', 'pending', 'pending']);
    await workers.last.serves();
    await workers.started[1]!.ends();
    expect(outcomes.map(({ value }) => value())).toEqual(['done', 'done', 'done']);
    expect(workers.started).toHaveLength(3);
  });

  it('during the start waits for it', async () => {
    const { supervisor, workers } = supervised({ threadCount: 1 });
    const started = supervisor.start();
    const reloaded = outcomeOf(supervisor.reload());
    await turns();
    await workers.last.serves();
    await started;
    await turns();
    expect(workers.started).toHaveLength(2);
    await workers.last.serves();
    await workers.started[0]!.ends();
    expect(reloaded.value()).toBe('done');
  });

  it('before the start and after the stop: SUPERVISOR_NOT_RUNNING', async () => {
    const { supervisor } = supervised();
    await expect(supervisor.reload()).rejects.toMatchObject({ code: 'SUPERVISOR_NOT_RUNNING' });
    await supervisor.stop();
    await expect(supervisor.reload()).rejects.toMatchObject({ code: 'SUPERVISOR_NOT_RUNNING' });
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'SUPERVISOR_NOT_RUNNING' });
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
