import { afterEach, beforeEach, vi } from 'vitest';
import { turns } from './turns.ts';

/** Handlers that take a time. */
export interface HandlerTime {
  /** A handler that takes so many milliseconds. */
  taking(milliseconds: number): () => void;
  /** An async handler that takes so many milliseconds, and does not wait for anything else. */
  takingAsync(milliseconds: number): () => Promise<void>;
}

/** Replaces `performance.now` in the tests of a file or block: the time only passes in these handlers. */
export const handlerTime = (): HandlerTime => {
  let now = 0;
  beforeEach(async () => {
    now += 1_000_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    // A turn of the event loop that no test before has used up.
    await turns(2);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const taking = (milliseconds: number) => (): void => {
    now += milliseconds;
  };
  const takingAsync = (milliseconds: number) => async (): Promise<void> => {
    now += milliseconds;
    await Promise.resolve();
  };
  return { taking, takingAsync };
};
