import { describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { outcomeOf, running, supervised } from './support/supervised.ts';

// Milliseconds; `startTimeout` is the default.
const startTimeout = 60_000;
const hour = 3_600_000;

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

describe('a worker that closes its channel and still runs', () => {
  it('is replaced after the delay of a crash, with a warning', async () => {
    const { supervisor, workers, clock, log } = await running();
    await workers.last.disconnects();
    expect(supervisor.workers).toEqual([101, undefined]);
    expect(log.at(-1)).toBe('Thread 2 starts again in 100 ms');
    await clock.tick(99);
    expect(workers.started).toHaveLength(2);
    await clock.tick(1);
    expect(log.at(-1)).toBe(
      'Thread 2 (pid 102) has closed its channel to the supervisor and still runs: it is replaced',
    );
    await workers.last.serves();
    expect(supervisor.workers).toEqual([101, 103]);
  });

  it('is killed at the deadline, and its thread is not started again for that', async () => {
    const { supervisor, workers, clock, log } = await running();
    await workers.last.disconnects();
    await clock.tick(100);
    await workers.last.serves();
    await clock.tick(999);
    expect(workers.started[1]!.killed).toBe(false);
    await clock.tick(1);
    expect(workers.started[1]!.killed).toBe(true);
    expect(log.at(-1)).toMatch('Thread 2 (pid 102) was ended by SIGKILL');
    await clock.tick(hour);
    expect([workers.started.length, supervisor.workers]).toEqual([3, [101, 103]]);
  });

  it('without a limit for draining is replaced, and may drain as long as it likes', async () => {
    const { workers, clock } = await running({ shutdownTimeout: Infinity });
    await workers.last.disconnects();
    await clock.tick(100);
    await workers.last.serves();
    await clock.tick(hour);
    expect(workers.started.map(({ killed }) => killed)).toEqual([false, false, false]);
  });

  it.each([
    ['before', 'the delay is over', 0],
    ['while', 'its successor starts', 100],
  ])('and exits %s %s: its thread is started once', async (_when, _what, passed) => {
    const { supervisor, workers, clock, log } = await running();
    const lost = workers.last;
    await lost.disconnects();
    await clock.tick(passed);
    await lost.ends(7);
    expect(log.at(-1)).toBe('Thread 2 (pid 102) ended with exit code 7');
    await clock.tick(100 - passed);
    await workers.last.serves();
    await clock.tick(hour);
    expect([workers.started.length, supervisor.workers]).toEqual([3, [101, 103]]);
    expect(log.join().includes('still runs')).toBe(passed === 100);
  });

  it('again and again waits twice as long each time', async () => {
    const { workers, clock } = await running({ shutdownTimeout: Infinity });
    const delays: (number | undefined)[] = [];
    for (let time = 0; time < 3; time++) {
      await workers.last.disconnects();
      delays.push(clock.next);
      await clock.tick(clock.next!);
      await workers.last.serves();
    }
    expect(delays).toEqual([100, 200, 400]);
  });

  it('during a reload that fails is replaced after the reload', async () => {
    const { supervisor, workers, clock } = await running({ threadCount: 1, shutdownTimeout: Infinity });
    const reload = outcomeOf(supervisor.reload());
    await turns();
    await workers.started[0]!.disconnects();
    expect(clock.next).toBe(startTimeout);
    await workers.last.ends(9);
    expect([reload.value(), clock.next]).toEqual(['SUPERVISOR_RELOAD_FAILED', 100]);
    await clock.tick(100);
    await workers.last.serves();
    expect(supervisor.workers).toEqual([103]);
  });

  it('is awaited by a stop', async () => {
    const { supervisor, workers, clock } = await running({ shutdownTimeout: Infinity });
    const lost = workers.last;
    await lost.disconnects();
    await clock.tick(100);
    await workers.last.serves();
    const stop = outcomeOf(supervisor.stop());
    await workers.last.ends();
    await workers.started[0]!.ends();
    expect(stop.value()).toBe('pending');
    await lost.ends();
    expect([stop.value(), clock.next]).toEqual(['done', undefined]);
  });

  it('before it is ready has failed: it has the rest of its time to exit, and a stop kills it', async () => {
    const { supervisor, workers, clock } = supervised({ shutdownTimeout: Infinity });
    const start = outcomeOf(supervisor.start());
    await turns();
    await workers.last.says({ windhover: 'joined' });
    await workers.last.disconnects();
    expect([clock.next, workers.last.killed]).toEqual([startTimeout, false]);
    await supervisor.stop();
    await turns();
    expect([start.value(), workers.last.killed, clock.next]).toEqual(['SUPERVISOR_NOT_RUNNING', true, undefined]);
  });
});
