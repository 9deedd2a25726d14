/** Resolves when the signal aborts; at once where it has. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Resolves when the work has settled, whichever way, or when the signal aborts. */
export const settledOrAborted = async (work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> => {
  await Promise.race([Promise.allSettled([work]), whenAborted(signal)]);
};
