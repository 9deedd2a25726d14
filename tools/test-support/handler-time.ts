import { requestTurns } from '@windhover/http/exchange';
import { afterEach, beforeEach, vi } from 'vitest';
import { turns } from './turns.ts';

/** Handlers that take a time. */
export interface HandlerTime {
  /** A handler that takes so many milliseconds. */
  taking(milliseconds: number): () => void;
  /** An async handler that takes so many milliseconds, and does not wait for anything else. */
  takingAsync(milliseconds: number): () => Promise<void>;
}

/** Begins a turn by the clock of this moment: turns belong to the thread, so the last one may have begun by another clock. */
const beginTurn = (): Promise<void> => new Promise((resolve) => requestTurns.wait({ continueRequests: resolve }));

/** Replaces `performance.now` in the tests of a file or block: the time only passes in these handlers. */
export const handlerTime = (): HandlerTime => {
  let now = 0;
  beforeEach(async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    await beginTurn();
    // Its time is over, and so is its turn of the event loop.
    now += 1000;
    await turns(2);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await beginTurn();
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
