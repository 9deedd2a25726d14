import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { StopDeadline, withinGrace } from '../src/lifetime/stop-deadline.ts';
import { beforeEach, describe, expect, it } from 'vitest';

describe('stop deadline', () => {
  let clock: ManualClock;
  let deadline: StopDeadline;

  beforeEach(() => {
    clock = new ManualClock();
    deadline = new StopDeadline(clock);
  });

  const state = (): [isReached: boolean, isGraceOver: boolean] => [
    deadline.reached.aborted,
    deadline.graceOver.aborted,
  ];

  it.each([
    ['a signal that has aborted', () => AbortSignal.abort()],
    [
      'a signal that aborts later',
      () => {
        const controller = new AbortController();
        queueMicrotask(() => controller.abort());
        return controller.signal;
      },
    ],
  ])('%s: reached at once, and the grace is over after a second', async (_name, signal) => {
    deadline.follow(signal());
    await Promise.resolve();
    expect(state()).toEqual([true, false]);
    clock.advance(999);
    expect(state()).toEqual([true, false]);
    clock.advance(1);
    expect(state()).toEqual([true, true]);
    expect(clock.running).toBe(0);
  });

  it('the first of two signals counts, and the second one does not prolong the grace', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    deadline.follow(first.signal);
    deadline.follow(second.signal);
    second.abort();
    clock.advance(999);
    first.abort();
    expect(clock.running).toBe(1);
    clock.advance(1);
    expect(state()).toEqual([true, true]);
  });

  it('within a time: reached at its end, and once', () => {
    deadline.within(5000);
    clock.advance(4999);
    expect(state()).toEqual([false, false]);
    clock.advance(1);
    expect(state()).toEqual([true, false]);
    expect(clock.running).toBe(1);
  });

  it('within a time after the end: sets no alarm', () => {
    deadline.end();
    deadline.within(5000);
    expect(clock.running).toBe(0);
  });

  it('the end before the deadline: the alarm is taken back, and no later signal reaches the deadline', () => {
    const later = new AbortController();
    deadline.within(5000);
    deadline.follow(later.signal);
    deadline.end();
    expect(clock.running).toBe(0);
    later.abort();
    deadline.follow(AbortSignal.abort());
    expect(state()).toEqual([false, true]);
    expect(clock.running).toBe(0);
  });

  it('the end within the grace: takes the alarm back', () => {
    deadline.follow(AbortSignal.abort());
    expect(clock.running).toBe(1);
    deadline.end();
    expect(clock.running).toBe(0);
  });

  it('not after another deadline: reached and over with it', () => {
    const other = new StopDeadline(clock);
    deadline.notAfter(other);
    other.follow(AbortSignal.abort());
    expect(state()).toEqual([true, false]);
    other.end();
    expect(state()).toEqual([true, true]);
  });

  it('not after a deadline that is over: over at once', () => {
    const other = new StopDeadline(clock);
    other.end();
    deadline.notAfter(other);
    expect(state()).toEqual([false, true]);
  });

  it('work within the grace: waits for it, for a second at most', async () => {
    await withinGrace(Promise.reject(new Error('failed')), clock);
    expect(clock.running).toBe(0);
    const endless = withinGrace(new Promise(() => {}), clock);
    clock.advance(1000);
    await endless;
    expect(clock.running).toBe(0);
  });
});
