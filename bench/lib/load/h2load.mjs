import { spawnSync } from 'node:child_process';
import { outputOf } from '../run/children.mjs';
import { pinned } from '../run/pinning.mjs';

/** @returns {string | undefined} undefined: not installed */
export function h2loadVersion() {
  const { stdout, error } = spawnSync('h2load', ['--version'], { encoding: 'utf8' });
  return error === undefined ? (/nghttp2\/(\S+)/.exec(stdout)?.[1] ?? 'unknown') : undefined;
}

/**
 * Reads what h2load prints at the end of a run.
 * @param {string} output
 * @returns {import('./wrk.mjs').WrkResult}
 */
export function parseH2loadOutput(output) {
  const finished = /^finished in ([\d.]+)(s|ms|us),/m.exec(output);
  const counts =
    /^requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$/m.exec(
      output,
    );
  const statuses = /^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx$/m.exec(output);
  if (finished === null || counts === null || statuses === null) {
    throw new Error(`h2load gave no result: ${output.trim().split('\n').at(-1)}`);
  }
  const seconds = Number(finished[1]) / { s: 1, ms: 1e3, us: 1e6 }[/** @type {'s' | 'ms' | 'us'} */ (finished[2])];
  const [, requests = 0, , failed = 0, , timedOut = 0] = counts.map(Number);
  const [, , , of400 = 0, of500 = 0] = statuses.map(Number);
  return { requests, seconds, requestsPerSecond: requests / seconds, errors: failed + timedOut + of400 + of500 };
}

/**
 * @param {{ url: string, seconds: number, connections: number, streams: number, fields?: string[], upload?: string,
 *   http1?: boolean, base?: string, targets?: string, core: number | undefined }} load `upload` is a file that each request sends,
 *   `base` another place to connect to, `targets` a file of URLs to ask for in turn
 * @returns {Promise<import('./wrk.mjs').WrkResult>}
 */
export async function runH2load({
  url,
  base,
  targets,
  seconds,
  connections,
  streams,
  fields = [],
  upload,
  http1 = false,
  core,
}) {
  const args = [
    `-c${connections}`,
    `-m${streams}`,
    `-D${seconds}`,
    ...fields.flatMap((field) => ['-H', field]),
    ...(upload === undefined ? [] : ['-d', upload]),
    ...(http1 ? ['--h1'] : []),
    ...(base === undefined ? [] : [`--base-uri=${base}`]),
    ...(targets === undefined ? [url] : [`--input-file=${targets}`]),
  ];
  return parseH2loadOutput(await outputOf(pinned(core, ['h2load', ...args]), seconds));
}
