/** Signals that ask a host to stop. Source: ASP.NET Core `ConsoleLifetime` */
const shutdownSignals = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * Milliseconds within which a repeated signal counts as the same request. A terminal sends Ctrl+C to every process of
 * its foreground group, and a script runner forwards its own copy.
 */
const repeatWindow = 250;

/**
 * Listens for the signals that ask a process to end.
 *
 * @param requestStop called for the first signal
 * @param force called for the second one, with the exit code that a shell expects: 128 plus the signal number
 * @returns a function that stops listening
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
