import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether this process was started in a terminal. Read once, because the terminal may be closed later. */
const hadTerminal = [0, 1, 2].some((fd) => isatty(fd));

/**
 * Whether SIGHUP means that the terminal of this process was closed. For a daemon, which has no terminal, SIGHUP requests
 * a reload. Windows sends SIGHUP only when a console is closed.
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
