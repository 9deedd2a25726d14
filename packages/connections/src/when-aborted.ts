/**
 * Resolves when a signal aborts, or at once if it already has.
 *
 * @param settled removes the listener when it aborts
 */
export const whenAborted = (signal: AbortSignal, settled?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, ...(settled && { signal: settled }) });
  });

/** Resolves when the work is fulfilled or rejected, or when the signal aborts. Never rejects. */
export const settledOrAborted = async (work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> => {
  const settled = new AbortController();
  await Promise.race([Promise.allSettled([work]), whenAborted(signal, settled.signal)]);
  settled.abort();
};
