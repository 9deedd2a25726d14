import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Every process this bench has started and not yet seen end. */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child */
export function endChild(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL'); // the whole group: a subject may have started a process of its own
  } catch {
    // Already gone.
  }
}

/**
 * Starts a process as the leader of its own group, so that it can be ended with all that it starts.
 * @param {string[]} command
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(command, options) {
  const [file, ...args] = /** @type {[string, ...string[]]} */ (command);
  const child = spawn(file, args, { ...options, detached: true });
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    endChild(child); // what a launcher left behind
  });
  return child;
}

const endAll = () => {
  for (const child of running) endChild(child);
};

/** However the bench ends, nothing it started outlives it. */
export function endAllOnExit() {
  process.on('exit', endAll);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
