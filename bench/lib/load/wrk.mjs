import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { outputOf } from '../run/children.mjs';
import { pinned } from '../run/pinning.mjs';

const script = fileURLToPath(new URL('requests.lua', import.meta.url));

/**
 * @typedef {object} WrkResult
 * @property {number} requests answered
 * @property {number} seconds
 * @property {number} requestsPerSecond
 * @property {number} errors failed connects, reads and writes, timeouts, and answers with a status of 400 and above
 */

/** @returns {string | undefined} undefined: not installed */
export function wrkVersion() {
  const { stdout, error } = spawnSync('wrk', ['-v'], { encoding: 'utf8' }); // its exit code is 1 even so
  return error === undefined ? (/^wrk (\S+)/.exec(stdout)?.[1] ?? 'unknown') : undefined;
}

/**
 * Reads what `requests.lua` prints at the end of a run.
 * @param {string} output
 * @returns {WrkResult}
 */
export function parseWrkOutput(output) {
  const line = /^bench-result (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk gave no result: ${output.trim().split('\n').at(-1)}`);
  const { requests, microseconds, connect, read, write, status, timeout } = JSON.parse(line);
  const seconds = microseconds / 1e6;
  return {
    requests,
    seconds,
    requestsPerSecond: requests / seconds,
    errors: connect + read + write + status + timeout,
  };
}

/**
 * @param {{ port: number, batchFile: string, batches?: number, seconds: number, connections: number, core: number | undefined,
 *   scheme?: 'http' | 'https' }} load
 * @returns {Promise<WrkResult>}
 */
export async function runWrk({ port, batchFile, batches = 1, seconds, connections, core, scheme = 'http' }) {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '5s',
    '-s',
    script,
    `${scheme}://127.0.0.1:${port}/`,
  ];
  return parseWrkOutput(await outputOf(pinned(core, ['wrk', ...args, '--', batchFile, String(batches)]), seconds));
}
