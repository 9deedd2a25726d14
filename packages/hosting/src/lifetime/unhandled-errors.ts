/**
 * How a host handles an uncaught error. `stop` logs it, lets running requests complete and sets exit code 1. `crash`
 * leaves it to Node.js, which ends the process at once.
 */
export type UnhandledErrorPolicy = 'stop' | 'crash';

/**
 * Listens for uncaught errors and rejections, unless the program itself does.
 *
 * @returns a function that stops listening
 */
export const onUnhandledError = (failed: (error: unknown) => void): (() => void) => {
  if (process.listenerCount('uncaughtException') > 0) return () => {};
  // Unhandled rejections arrive here, too, unless they have a listener or Node.js was started with another mode.
  process.on('uncaughtException', failed);
  return () => void process.off('uncaughtException', failed);
};
