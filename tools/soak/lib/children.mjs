import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Every process that was started and has not been seen to end. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Large blocks go back to the system at once (glibc), so that resident memory shows what is in use and not what the
 * allocator keeps for later.
 */
const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '32768' };

/**
 * Starts a script on this Node, with a channel for messages and room for one collection on request.
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

/** However this process ends, nothing it started outlives it. */
export function endAllOnExit() {
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
