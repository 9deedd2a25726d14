import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onShutdownSignal } from '../src/lifetime/shutdown-signals.ts';

let now = 0;
let stopListening: () => void;
const requestStop = vi.fn<() => void>();
const force = vi.fn<(exitCode: number) => void>();

beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  stopListening = onShutdownSignal(requestStop, force);
});

afterEach(() => {
  stopListening();
  vi.restoreAllMocks();
  vi.resetAllMocks();
});

/** Tells the listeners of this process alone, as the system would. SIGQUIT: the test runner listens to the others. */
const receive = (name: 'SIGQUIT'): void => void process.emit(name, name);

describe('onShutdownSignal', () => {
  it('the first signal asks for a stop', () => {
    receive('SIGQUIT');
    expect(requestStop).toHaveBeenCalledOnce();
    expect(force).not.toHaveBeenCalled();
  });

  it('the same signal at once is the same request', () => {
    receive('SIGQUIT');
    now += 250;
    receive('SIGQUIT');
    expect(requestStop).toHaveBeenCalledOnce();
    expect(force).not.toHaveBeenCalled();
  });

  it('the same signal later forces, with the exit code of a shell', () => {
    receive('SIGQUIT');
    now += 251;
    receive('SIGQUIT');
    expect(force).toHaveBeenCalledExactlyOnceWith(131);
  });

  it('nothing is left behind', () => {
    stopListening();
    receive('SIGQUIT');
    expect(requestStop).not.toHaveBeenCalled();
  });
});
