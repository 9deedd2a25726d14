import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { workspaceFolder } from '../support/cache-folder.mjs';
import { firstAnswer } from './answer.mjs';
import { endChild, startChild } from './children.mjs';
import { pinned } from './pinning.mjs';

/** Exit code of a subject that cannot run here; the last line on stderr is the reason. */
const skipCode = 77;

const helper = new URL('gc-on-request.mjs', import.meta.url).href;

/** The subject cannot run on this machine; not an error. */
export class SubjectSkipped extends Error {}

/**
 * The kind of a subject, which selects its scenarios: the prefix of its name, or `http`.
 * @typedef {'http' | typeof kinds[number]} Kind
 * @typedef {{ name: string, file: string, missing: boolean }} Subject
 */

const kinds = /** @type {const} */ (['static', 'tls', 'ws', 'h2', 'h2tls', 'unix', 'routes', 'middleware', 'router']);

/** @param {string} name of a subject @returns {Kind} */
export const kindOf = (name) => kinds.find((kind) => name.startsWith(`${kind}-`)) ?? 'http';

/** Whether the bench uses HTTP/1.1 with a subject that also supports HTTP/2. @param {string} name */
export const isHttp1 = (name) => name.endsWith('-http1');

/** The order of a report: floors, this project, others by name. @param {string} name */
const rank = (name) => (name.includes('floor') ? 0 : name.includes('windhover') ? 1 : 2);

/** @param {string} a @param {string} b */
const byRank = (a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en');

/**
 * @param {string} folder
 * @param {string[] | undefined} wanted absent: every file in the folder
 * @returns {Subject[]}
 */
export function chooseSubjects(folder, wanted) {
  const present = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length))
    .sort(byRank);
  return (wanted ?? present).map((name) => {
    const file = join(folder, `${name}.mjs`);
    return { name, file, missing: !existsSync(file) };
  });
}

/**
 * A free port below the ports that systems choose for port 0 and for clients, so that no other program gets it by chance
 * before the subject listens.
 */
async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

/** @param {number} port */
async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Keeps the end of a subject's output, to report its failure. @param {import('node:stream').Readable | null} stream */
function tailOf(stream) {
  let tail = '';
  stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (tail = (tail + text).slice(-4096)));
  return () => tail.trim();
}

/** @param {string} text */
const lastLine = (text) => text.split('\n').at(-1) ?? '';

/** @param {number | null} code @param {string | null} signal @param {string} said */
function failure(code, signal, said) {
  if (code === skipCode) return new SubjectSkipped(lastLine(said));
  const error = said.split('\n').find((line) => /^\s*(Uncaught )?\w*Error\b/.test(line)) ?? lastLine(said);
  return new Error(
    `ended (${signal ?? `exit code ${code}`}) before it answered${error === '' ? '' : `: ${error.trim()}`}`,
  );
}

/**
 * Waits until a started subject answers, exits or times out.
 * @param {import('node:child_process').ChildProcess} child
 * @param {import('./answer.mjs').Address} address
 * @param {number} patience in ms
 */
async function answering(child, address, patience) {
  const said = tailOf(child.stderr);
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error(`gave no answer within ${patience} ms`)), patience);
  child.once('close', (code, signal) => waiting.abort(failure(code, signal, said())));
  child.once('error', (error) => waiting.abort(error));
  try {
    await firstAnswer(address, waiting.signal);
  } catch (error) {
    endChild(child);
    throw waiting.signal.aborted ? waiting.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Requests a garbage collection from a Node.js subject. Other programs have no channel and only get time.
 * @param {import('node:child_process').ChildProcess} child
 */
async function settle(child) {
  if (child.connected) {
    const given = AbortSignal.timeout(10_000);
    const done = Promise.race([
      once(child, 'message', { signal: given }),
      once(child, 'disconnect', { signal: given }),
    ]);
    child.send('bench:gc');
    await done;
  }
  await delay(300);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} request
 * @returns {Promise<any>} the response
 */
async function ask(child, request) {
  if (!child.connected) throw new Error('is not a Node.js program, so it cannot be asked');
  const answered = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
  child.send(request);
  const [answer] = await answered;
  return answer;
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  endChild(child);
  await exited;
}

/**
 * Chooses an address for a subject that is to be started.
 * @param {string} name of the subject
 * @returns {Promise<import('./answer.mjs').Address>}
 */
export async function freeAddress(name) {
  const port = await freePort();
  const kind = kindOf(name);
  const socketPath = kind === 'unix' ? join(tmpdir(), `windhover-bench-${process.pid}-${port}.sock`) : undefined;
  const http2 = (kind === 'h2' || kind === 'h2tls') && !isHttp1(name);
  return { port, tls: kind === 'tls' || kind === 'h2tls', http2, socketPath };
}

/**
 * The environment variables that tell a subject its address.
 * @param {import('./answer.mjs').Address} address
 * @returns {Record<string, string>}
 */
export const addressVariables = ({ port, socketPath }) => ({
  PORT: String(port),
  ...(socketPath === undefined ? {} : { SOCKET_PATH: socketPath }),
});

/**
 * Starts a subject and waits for its first answer.
 * @param {Subject} subject
 * @param {object} how
 * @param {import('./pinning.mjs').Pinning} how.pinning
 * @param {boolean} [how.bare] without the helper, as a user would start it
 * @param {number} [how.patience] in ms; the first start may have to build something
 * @param {Record<string, string>} [how.variables] of the environment
 * @param {string[]} [how.imports] modules that a Node subject loads first
 */
export async function launch(subject, { pinning, bare = false, patience = 20_000, variables = {}, imports = [] }) {
  const address = await freeAddress(subject.name);
  const { port, socketPath } = address;
  const flags = bare ? [] : ['--expose-gc', ...[helper, ...imports].flatMap((module) => ['--import', module])];
  const command = pinned(pinning.server, [process.execPath, ...flags, subject.file]);
  const before = performance.now();
  const child = startChild(command, {
    cwd: workspaceFolder,
    env: { ...process.env, ...variables, ...addressVariables(address) },
    stdio: bare ? ['ignore', 'ignore', 'pipe'] : ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  await answering(child, address, patience);
  return {
    pid: /** @type {number} */ (child.pid),
    port,
    address,
    startMs: performance.now() - before,
    settle: () => settle(child),
    /** Sends a request to a module of `imports`. @param {string} request */
    ask: (request) => ask(child, request),
    stop: async () => {
      await stop(child);
      if (socketPath !== undefined) rmSync(socketPath, { force: true });
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof launch>>} RunningSubject */
