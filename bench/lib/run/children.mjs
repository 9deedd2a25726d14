import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Processes started by the bench that have not exited. */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child */
export function endChild(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL'); // the whole group: a subject may have started other processes
  } catch {
    // Already exited.
  }
}

/**
 * Starts a process as the leader of its own group, so that it can be ended with all processes that it starts.
 * @param {string[]} command
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(command, options) {
  const [file, ...args] = /** @type {[string, ...string[]]} */ (command);
  const child = spawn(file, args, { ...options, detached: true });
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    endChild(child); // processes that a launcher left
  });
  return child;
}

/** Time in ms after its own duration before a load generator is ended. */
const patience = 15_000;

/**
 * Runs a load generator to its end.
 * @param {string[]} command
 * @param {number} seconds its own duration
 * @returns {Promise<string>} the output on stdout and stderr
 */
export async function outputOf(command, seconds) {
  const child = startChild(command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stuck = setTimeout(() => endChild(child), seconds * 1000 + patience);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearTimeout(stuck);
  return output;
}

const endAll = () => {
  for (const child of running) endChild(child);
};

/** Ends all started processes when the bench ends, for any reason. */
export function endAllOnExit() {
  process.on('exit', endAll);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
