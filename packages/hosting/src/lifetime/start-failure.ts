/**
 * A failure as the command and `WebHost.run` print it: one sentence with the code of the error, because errors of Windhover
 * say what to do.
 *
 * @param isVerbose prints stack traces, those of the causes included
 */
export const failureText = (error: unknown, isVerbose: boolean): string => {
  if (!(error instanceof Error)) return String(error);
  return isVerbose ? stackOf(error) : `${error.message}${codeOf(error)}`;
};

/** Whether the command line or the environment asks for stack traces. */
export const asksForStacks = (args: readonly string[]): boolean =>
  args.includes('--verbose') || (process.env['WINDHOVER_VERBOSE'] ?? '0') !== '0';

/**
 * Prints one sentence instead of some forty lines when the program does not catch the error of a start that has failed, and
 * ends the process with the exit code 1, as the command does. The callback is set until the program has had its chance to
 * catch the error, and only where the program does not handle uncaught errors itself.
 */
export const explainIfUncaught = (failure: unknown): void => {
  if (process.hasUncaughtExceptionCaptureCallback() || process.listenerCount('uncaughtException') > 0) return;
  process.setUncaughtExceptionCaptureCallback((error) => {
    process.setUncaughtExceptionCaptureCallback(null);
    if (error !== failure) throw error;
    // The program may have begun something that would keep the process alive.
    process.stderr.write(`windhover: ${failureText(error, asksForStacks(process.argv))}\n`, () => process.exit(1));
  });
  setImmediate(() => process.setUncaughtExceptionCaptureCallback(null));
};

/** In parentheses, unless the message has it already. */
const codeOf = (error: Error): string => {
  if (!('code' in error) || typeof error.code !== 'string') return '';
  const code = ` (${error.code})`;
  return error.message.includes(code) ? '' : code;
};

const stackOf = (error: Error, depth = 0): string => {
  const stack = error.stack ?? String(error);
  const { cause } = error;
  return cause instanceof Error && depth < 5 ? `${stack}\ncaused by: ${stackOf(cause, depth + 1)}` : stack;
};
