/** Runs an action, and returns the exceptions that nothing has caught until it has finished, in order. */
export const uncaughtExceptions = async (action: () => Promise<unknown>): Promise<unknown[]> => {
  const listeners = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners('uncaughtException');
  const errors: unknown[] = [];
  process.on('uncaughtException', (error) => void errors.push(error));
  try {
    await action();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  return errors;
};
