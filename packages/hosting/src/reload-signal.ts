/**
 * Listens for SIGHUP. It asks a daemon to reload; where the process has a terminal it says that the terminal is gone,
 * and asks for the end. Windows knows only the second.
 *
 * @returns stops listening
 */
export const onHangUp = (reload: () => void, requestStop: () => void): (() => void) => {
  const hasTerminal = process.platform === 'win32' || process.stdin.isTTY || process.stdout.isTTY;
  const received = hasTerminal ? requestStop : reload;
  process.on('SIGHUP', received);
  return () => void process.off('SIGHUP', received);
};
