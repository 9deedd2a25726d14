import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether this process was started in a terminal; what the terminal was stays one until the process ends. */
const hadTerminal = [0, 1, 2].some((fd) => isatty(fd));

/**
 * Whether a hang-up means what it says: the terminal that this process was started in is no more. A daemon has none, and
 * there SIGHUP is the wish to reload. Windows sends it for a console that is closed, and for nothing else.
 */
export const terminalHasGone = (): boolean => {
  if (process.platform === 'win32') return true;
  if (!hadTerminal) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
};
