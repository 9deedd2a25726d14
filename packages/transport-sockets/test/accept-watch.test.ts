import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AcceptError, acceptErrors } from '@windhover/transport-sockets';
import { AcceptWatch } from '../src/accept-watch.ts';

const systemError = (code: string): Error => Object.assign(new Error(`accept ${code}`), { code });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A watch whose attempts fail according to `fail`, and its notifications. */
const watched = () => {
  const told: string[] = [];
  const state: { fail: Error | undefined; looks: number } = { fail: undefined, looks: 0 };
  const observer = {
    onAcceptError: (error: AcceptError) => void told.push(error.code),
    onAcceptRecovered: () => void told.push('recovered'),
  };
  const watch = new AcceptWatch(observer, () => {
    state.looks++;
    return state.fail;
  });
  return { watch, told, state };
};

const seconds = (count: number): void => void vi.advanceTimersByTime(count * 1_000);

describe('accept errors', () => {
  it('reports a lack of descriptors once, and its end', () => {
    const { watch, told, state } = watched();
    watch.add();
    seconds(3);
    expect(told).toEqual([]);
    state.fail = systemError('EMFILE');
    seconds(60);
    expect(told).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS']);
    state.fail = undefined;
    seconds(3);
    expect(told).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS', 'recovered']);
    state.fail = systemError('ENFILE');
    seconds(1);
    expect(told).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS', 'recovered', 'TRANSPORT_ACCEPT_NO_DESCRIPTORS']);
  });

  it('an intermittent failure is one outage', () => {
    const { watch, told, state } = watched();
    watch.add();
    for (let time = 0; time < 20; time++) {
      state.fail = time % 3 === 0 ? systemError('EMFILE') : undefined;
      seconds(1);
    }
    expect(told).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS']);
  });

  it('reports an error of every turn of the event loop only once', () => {
    const { watch, told } = watched();
    watch.add();
    for (let turn = 0; turn < 10_000; turn++) watch.failed(systemError('ENOBUFS'));
    expect(told).toEqual(['TRANSPORT_ACCEPT_FAILED']);
  });

  it('notifies listeners, once per shared observer, and not after they are removed', () => {
    const { watch, told } = watched();
    const observer = {
      onAcceptError: () => void told.push('listener'),
      onAcceptRecovered: () => void told.push('listener recovered'),
    };
    const [first, second] = [{ ...observer }, { ...observer }];
    watch.add(first);
    watch.add(second);
    watch.add();
    watch.failed(systemError('EMFILE'));
    seconds(3);
    expect(told.splice(0)).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS', 'listener', 'recovered', 'listener recovered']);
    watch.remove(second);
    watch.remove(first);
    watch.failed(systemError('EMFILE'));
    expect(told).toEqual(['TRANSPORT_ACCEPT_NO_DESCRIPTORS']);
  });

  it('tries nothing without a listener', () => {
    const { watch, state } = watched();
    watch.add();
    watch.add();
    watch.remove();
    seconds(2);
    expect(state.looks).toBe(2);
    watch.remove();
    seconds(10);
    expect(state.looks).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('without an observer it is a warning of the process', () => {
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
    new AcceptWatch({}).failed(systemError('EMFILE'));
    expect(warning.mock.calls).toEqual([
      [
        acceptErrors.TRANSPORT_ACCEPT_NO_DESCRIPTORS,
        { type: 'AcceptError', code: 'TRANSPORT_ACCEPT_NO_DESCRIPTORS', detail: 'Error: accept EMFILE' },
      ],
    ]);
  });
});
