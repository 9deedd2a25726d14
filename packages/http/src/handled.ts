const ignore = (): void => {};

/**
 * Marks a promise as handled: a rejection that is never awaited does not end the process. A client that closes the
 * connection rejects promises that a handler has started and does not await yet.
 */
export const handled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(ignore);
  return promise;
};
