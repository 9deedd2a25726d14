/** Resolves when the signal aborts, or at once if it already has. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Resolves when the work is settled, or when the signal aborts. */
export const settledOrAborted = async (work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> => {
  await Promise.race([Promise.allSettled([work]), whenAborted(signal)]);
};
