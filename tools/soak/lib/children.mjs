import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Child processes that have not exited yet. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Makes glibc return large blocks to the system at once, so that resident memory shows the memory in use and not the
 * allocator's reserve.
 */
const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '32768' };

/**
 * Starts a script on this Node, with a message channel and `gc` on request.
 * @param {string} script
 * @param {string[]} args
 */
export function startNode(script, args) {
  const child = spawn(process.execPath, ['--expose-gc', script, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends all child processes when this process exits. */
export function endAllOnExit() {
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
