/** Each asks a host to stop. Source: ASP.NET Core `ConsoleLifetime` */
const shutdownSignals = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * The same signal again within this time, in milliseconds, is the same request: a terminal sends Ctrl+C to every
 * process of its foreground group, and a script runner passes its own copy on.
 */
const repeatWindow = 250;

/**
 * Listens for the signals that ask a process to end.
 *
 * @param requestStop called at the first signal
 * @param force called at a second one, with the exit code a shell expects: 128 and the number of the signal
 * @returns stops listening
 */
export const onShutdownSignal = (requestStop: () => void, force: (exitCode: number) => void): (() => void) => {
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  const received = (name: NodeJS.Signals): void => {
    if (first === undefined) {
      first = { name, at: performance.now() };
      requestStop();
    } else if (name !== first.name || performance.now() - first.at > repeatWindow) {
      force(128 + process.getBuiltinModule('node:os').constants.signals[name]);
    }
  };
  for (const name of shutdownSignals) process.on(name, received);
  return () => {
    for (const name of shutdownSignals) process.off(name, received);
  };
};
