/**
 * Calls a callback whose error must not interrupt the caller, which has others to notify. An error that it throws is an
 * uncaught exception of a later turn.
 */
export const callBack = (callback: () => unknown): void => {
  try {
    callback();
  } catch (error) {
    process.nextTick(rethrow, error);
  }
};

const rethrow = (error: unknown): never => {
  throw error;
};
