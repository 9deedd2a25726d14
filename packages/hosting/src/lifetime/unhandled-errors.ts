/**
 * What becomes of a host when an error reaches nobody: `stop` logs it, lets the requests end that run, and the exit code
 * is 1; `crash` leaves it to Node.js, which ends the process at once.
 */
export type UnhandledErrorPolicy = 'stop' | 'crash';

/**
 * Listens for errors and rejections that nobody has caught, unless somebody does already.
 *
 * @returns stops listening
 */
export const onUnhandledError = (failed: (error: unknown) => void): (() => void) => {
  if (process.listenerCount('uncaughtException') > 0) return () => {};
  // Rejections come here, too, unless they have a listener of their own or Node.js was told otherwise.
  process.on('uncaughtException', failed);
  return () => void process.off('uncaughtException', failed);
};
