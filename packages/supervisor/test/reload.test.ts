import { describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { outcomeOf, running, supervised } from './support/supervised.ts';

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
