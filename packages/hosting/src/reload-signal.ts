/**
 * Listens for SIGHUP. It asks a daemon to reload; where the process has a terminal it says that the terminal is gone,
 * and asks for the end. Windows knows only the second.
 *
 * @returns stops listening
 */
export const onHangUp = (reload: () => void, requestStop: () => void): (() => void) => {
  const { isatty } = process.getBuiltinModule('node:tty');
  // Not process.stdin.isTTY, which opens a stream for stdin.
  const hasTerminal = process.platform === 'win32' || isatty(0) || isatty(1);
  const received = hasTerminal ? requestStop : reload;
  process.on('SIGHUP', received);
  return () => void process.off('SIGHUP', received);
};
