import { Supervisor } from '@windhover/supervisor';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { onSupervisorSignals } from '../src/signals.ts';
import { FakeWorkers } from './support/fake-workers.ts';

let now = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => void vi.restoreAllMocks());

/** Calls the listeners of this process alone, as the system would. SIGQUIT: the test runner listens to the others. */
const receive = (): void => void process.emit('SIGQUIT', 'SIGQUIT');

describe('onSupervisorSignals', () => {
  const received: string[] = [];
  let stopListening: () => void;

  beforeEach(() => {
    received.length = 0;
    stopListening = onSupervisorSignals({
      stop: (signal) => void received.push(`stop ${signal}`),
      force: (signal, exitCode) => void received.push(`force ${signal} ${exitCode}`),
      reload: (signal) => void received.push(`reload ${signal}`),
    });
  });
  afterEach(() => stopListening());

  it('the first signal requests a stop; the same one within 250 ms is the same request', () => {
    receive();
    now += 250;
    receive();
    expect(received).toEqual(['stop SIGQUIT']);
  });

  it('the same signal later kills, with the exit code of a shell', () => {
    receive();
    now += 251;
    receive();
    expect(received).toEqual(['stop SIGQUIT', 'force SIGQUIT 131']);
  });

  it('nothing is called after the function that stops listening', () => {
    stopListening();
    receive();
    expect(received).toEqual([]);
  });
});

describe('run', () => {
  const running = (threadCount = 1) => {
    const workers = new FakeWorkers();
    const log: string[] = [];
    const write = (_details: object, message: string): void => void log.push(message);
    const logger = { info: write, warn: write, error: write };
    const supervisor = new Supervisor({ threadCount, clock: new ManualClock(), logger }, workers.launch);
    return { workers, log, code: supervisor.run() };
  };

  it.each([
    [1, '1 thread is ready'],
    [2, '2 threads are ready'],
  ])('%i: the log says "%s", once, when all workers serve', async (threadCount, message) => {
    const { workers, log, code } = running(threadCount);
    const totals = (): string[] => log.filter((line) => /^\d+ thread/.test(line));
    for (let thread = 1; thread <= threadCount; thread++) {
      await turns();
      expect(totals()).toEqual([]);
      await workers.last.serves();
    }
    expect(totals()).toEqual([message]);
    receive();
    for (const worker of workers.started) await worker.ends();
    expect(await code).toBe(0);
  });

  it('a first worker that fails: resolves with its exit code', async () => {
    const { workers, code } = running();
    await turns();
    await workers.last.ends(3);
    expect(await code).toBe(3);
  });

  it('a signal asks the workers to end, and a second one kills them: 128 and the number of the signal', async () => {
    const { workers, log, code } = running();
    await turns();
    await workers.last.serves();
    receive();
    expect(workers.last.received).toEqual(['welcome', 'stop']);
    expect(workers.last.killed).toBe(false);
    now += 251;
    receive();
    expect(workers.last.killed).toBe(true);
    expect(await code).toBe(131);
    expect(log).toContain('SIGQUIT again: killing the workers');
  });

  it('a signal, and workers that end: resolves with 0', async () => {
    const { workers, code } = running();
    await turns();
    await workers.last.serves();
    receive();
    await workers.last.ends();
    expect(await code).toBe(0);
  });
});
