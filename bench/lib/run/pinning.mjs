import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Pinning
 * @property {number} [server] the core of the subject; absent: not pinned
 * @property {number} [client] the core of wrk and of the bench itself
 * @property {string} [note] why nothing is pinned
 */

/**
 * Parses a core list in the format of Linux.
 * @param {string} text such as `0-3,8`
 */
export function parseCoreList(text) {
  return text.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function allowedCores() {
  const status = readFileSync('/proc/self/status', 'utf8');
  return parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0');
}

/** @returns {Pinning} */
export function choosePinning() {
  if (spawnSync('taskset', ['--version']).status !== 0) return { note: 'not pinned: taskset is not installed' };
  const [server, client] = allowedCores();
  if (server === undefined || client === undefined)
    return { note: 'not pinned: one core only, which server and client share' };
  return { server, client };
}

/**
 * @param {number | undefined} core
 * @param {string[]} command
 */
export const pinned = (core, command) => (core === undefined ? command : ['taskset', '-c', String(core), ...command]);

/**
 * Pins the bench to the client's core, so that it takes no time from the subject.
 * @param {Pinning} pinning
 */
export function pinSelf({ client }) {
  if (client !== undefined) spawnSync('taskset', ['-a', '-c', '-p', String(client), String(process.pid)]);
}
