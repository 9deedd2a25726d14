/**
 * Formats a failure for the command and `WebHost.run`: one sentence with the code of the error. Errors of Windhover say
 * what to do.
 *
 * @param isVerbose prints stack traces, including those of the causes
 */
export const failureText = (error: unknown, isVerbose: boolean): string => {
  if (!(error instanceof Error)) return String(error);
  return isVerbose ? stackOf(error) : `${error.message}${codeOf(error)}`;
};

/** Whether the command line or the environment requests stack traces. */
export const asksForStacks = (args: readonly string[]): boolean =>
  args.includes('--verbose') || (process.env['WINDHOVER_VERBOSE'] ?? '0') !== '0';

/**
 * Prints one sentence instead of a stack trace if the program does not catch the error of a failed start, and exits
 * with code 1 like the command. The handler is installed only until the program had its chance to catch the error, and
 * only if the program does not handle uncaught errors itself.
 */
export const explainIfUncaught = (failure: unknown): void => {
  if (process.hasUncaughtExceptionCaptureCallback() || process.listenerCount('uncaughtException') > 0) return;
  process.setUncaughtExceptionCaptureCallback((error) => {
    process.setUncaughtExceptionCaptureCallback(null);
    if (error !== failure) throw error;
    // Work that the program has begun could keep the process alive.
    process.stderr.write(`windhover: ${failureText(error, asksForStacks(process.argv))}\n`, () => process.exit(1));
  });
  setImmediate(() => process.setUncaughtExceptionCaptureCallback(null));
};

/** The code in parentheses, unless the message contains it. */
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
