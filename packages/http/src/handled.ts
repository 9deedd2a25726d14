const ignore = (): void => {};

/**
 * A promise that may be left alone: when it rejects and nobody looks, nothing happens. A peer that goes away rejects
 * what a handler has started and not yet awaited, and that must never end the process.
 */
export const handled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(ignore);
  return promise;
};
