/**
 * How a host handles an error that is not caught: `stop` logs it, lets running requests end, and sets the exit code 1;
 * `crash` leaves it to Node.js, which ends the process at once.
 */
export type UnhandledErrorPolicy = 'stop' | 'crash';

/**
 * Listens for errors and rejections that are not caught, unless the program listens for them itself.
 *
 * @returns a function that stops listening
 */
export const onUnhandledError = (failed: (error: unknown) => void): (() => void) => {
  if (process.listenerCount('uncaughtException') > 0) return () => {};
  // Rejections come here, too, unless they have a listener of their own or Node.js was told otherwise.
  process.on('uncaughtException', failed);
  return () => void process.off('uncaughtException', failed);
};
