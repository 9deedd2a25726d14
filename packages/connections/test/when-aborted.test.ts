import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { settledOrAborted, whenAborted } from '../src/index.ts';

const never = new Promise<never>(() => {});

describe('whenAborted', () => {
  it('resolves when the signal aborts, or at once', async () => {
    const abort = new AbortController();
    const aborted = whenAborted(abort.signal);
    abort.abort();
    await aborted;
    await whenAborted(abort.signal);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });
});

describe('settledOrAborted', () => {
  it.each<[title: string, work: () => Promise<unknown> | undefined]>([
    ['is fulfilled', () => Promise.resolve()],
    ['is rejected', () => Promise.reject(new Error('no'))],
    ['is missing', () => undefined],
  ])('resolves when the work %s, and keeps no listener', async (_title, work) => {
    const { signal } = new AbortController();
    await settledOrAborted(work(), signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('resolves when the signal aborts', async () => {
    const abort = new AbortController();
    const waiting = settledOrAborted(never, abort.signal);
    abort.abort();
    await waiting;
    await settledOrAborted(never, abort.signal);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });
});
