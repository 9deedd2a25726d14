import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuBetween, currentRss, hasAccounting, peakRss, sampleCpu } from '../run/accounting.mjs';
import { runH2load } from '../load/h2load.mjs';
import { browserFields, downloadPath, largePath, requestHead, varyingHead, varyingHeads } from '../load/heads.mjs';
import { loadHttp2, openAfterHttp2Request, varyingFrames } from '../load/http2-load.mjs';
import { openAfterRequest, openIdle } from '../load/idle-connections.mjs';
import { median } from '../figures/statistics.mjs';
import { largeFile, smallFile } from '../support/static-folder.mjs';
import { isHttp1, launch } from '../run/subject.mjs';
import { connectFor, echoFor, openWebSocket } from '../load/web-sockets.mjs';
import { runWrk } from '../load/wrk.mjs';

const idleConnections = 5000;
const startsPerRound = 5;

/**
 * @typedef {object} Conditions
 * @property {import('../options.mjs').Options} options
 * @property {import('../run/pinning.mjs').Pinning} pinning
 * @property {string} folder for files of this run
 *
 * @typedef {Record<string, number>} Metrics by name, see metrics.mjs; what cannot be measured here is absent
 *
 * @typedef {{ burst: () => Promise<Metrics>, stop: () => Promise<unknown> }} Load a subject that is up and warm
 *
 * @typedef {object} Scenario one of the two ways to measure
 * @property {string} title
 * @property {import('../run/subject.mjs').Kind} [kind] of subjects, and for no other; `http` where it is left out
 * @property {(subject: import('../run/subject.mjs').Subject, conditions: Conditions) => Promise<Metrics>} [measure] one subject alone
 * @property {(subject: import('../run/subject.mjs').Subject, conditions: Conditions) => Promise<Load>} [underLoad] all subjects up, in turns
 */

/**
 * @template T
 * @param {import('../run/subject.mjs').Subject} subject
 * @param {Conditions} conditions
 * @param {(running: import('../run/subject.mjs').RunningSubject) => Promise<T>} use
 */
async function withSubject(subject, { pinning }, use) {
  const running = await launch(subject, { pinning });
  try {
    return await use(running);
  } finally {
    await running.stop();
  }
}

/** The just-in-time compilers of all subjects have settled by then. */
export const warmUpSeconds = 2;
/** One burst. Short ones, subject after subject, see the same moods of a noisy machine. */
const burstSeconds = 1;

/**
 * @typedef {(seconds: number) => Promise<import('../load/wrk.mjs').WrkResult>} Run
 * @param {(port: number, conditions: Conditions, subject: import('../run/subject.mjs').Subject) => Promise<Run>} prepare
 * @returns {NonNullable<Scenario['underLoad']>}
 */
const underLoad = (prepare) => async (subject, conditions) => {
  const { pid, port, stop } = await launch(subject, conditions);

  /** @param {Run} run */
  const burst = async (run, seconds = burstSeconds) => {
    const before = sampleCpu(pid);
    const result = await run(seconds);
    const cpu = cpuBetween(before, sampleCpu(pid));
    if (result.errors > 0) throw new Error(`${result.errors} errors or answers other than 2xx`);
    if (result.requests === 0) throw new Error('answered no request');
    await delay(50); // the closing of these connections stays outside of the next window
    return loadMetrics(result, cpu, peakRss(pid));
  };

  try {
    const run = await prepare(port, conditions, subject);
    await burst(run, warmUpSeconds);
    return { burst: () => burst(run), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * @param {import('../load/heads.mjs').HeadName} head
 * @param {number} depth requests sent at once
 * @param {{ scheme?: 'http' | 'https', path?: string, connections?: number }} [how]
 */
const load = (head, depth, { scheme = 'http', path = '/', connections } = {}) =>
  underLoad(async (port, { options, pinning, folder }) => {
    const batchFile = join(folder, `batch-${port}.http`);
    writeFileSync(batchFile, requestHead(head, port, path).repeat(depth), 'latin1');
    const wrk = { port, batchFile, scheme, connections: connections ?? options.connections, core: pinning.client };
    return (seconds) => runWrk({ ...wrk, seconds });
  });

/**
 * As `load` with a browser's head, but no two requests of the pool are alike.
 * @param {number} depth requests sent at once
 */
const varyingLoad = (depth) =>
  underLoad(async (port, { options, pinning, folder }) => {
    const batchFile = join(folder, `varying-${port}.http`);
    const heads = Array.from({ length: varyingHeads }, (_, number) => varyingHead(number, port));
    writeFileSync(batchFile, heads.join(''), 'latin1');
    const { connections } = options;
    const wrk = { port, batchFile, batches: varyingHeads / depth, connections, core: pinning.client };
    return (seconds) => runWrk({ ...wrk, seconds });
  });

/** As Kestrel's own benchmarks: few connections with many streams. */
const http2Connections = 16;

/**
 * Streams of HTTP/2 by h2load.
 * @param {number} streams at a time on each connection
 * @param {{ fields?: string[], path?: string, upload?: number, tls?: boolean, connections?: number }} [how] `upload` is the size of
 *   the content that each request sends
 */
const http2Load = (streams, { fields = [], path = '/', upload, tls = false, connections = http2Connections } = {}) =>
  underLoad(async (port, { pinning, folder }, { name }) => {
    const content = join(folder, `content-${port}`);
    if (upload !== undefined) writeFileSync(content, Buffer.alloc(upload, 'x'));
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}${path}`;
    const load = { url, connections, streams, fields, http1: isHttp1(name), core: pinning.client };
    return (seconds) => runH2load({ ...load, seconds, ...(upload === undefined ? {} : { upload: content }) });
  });

/** @param {number} streams at a time on each connection */
const varyingHttp2Load = (streams) =>
  underLoad(async (port) => {
    const load = { port, frames: varyingFrames(port), connections: http2Connections, streams };
    return (seconds) => loadHttp2({ ...load, seconds });
  });

const overTls = /** @type {const} */ ({ scheme: 'https' });

/**
 * One message at a time on each WebSocket.
 * @param {number} size in bytes
 */
const echo = (size) =>
  underLoad(async (port, { options }) => {
    const sockets = await Promise.all(Array.from({ length: options.connections }, () => openWebSocket(port)));
    return (seconds) => echoFor(sockets, size, seconds);
  });

const connects = underLoad(
  async (port, { options }) =>
    (seconds) =>
      connectFor(port, options.connections, seconds),
);

/**
 * @param {import('../load/wrk.mjs').WrkResult} result
 * @param {number} cpu in ns
 * @param {number} peakRssBytes
 * @returns {Metrics}
 */
export function loadMetrics({ requests, seconds, requestsPerSecond }, cpu, peakRssBytes) {
  if (!hasAccounting) return { requestsPerSecond };
  return { requestsPerSecond, cpuMicrosPerRequest: cpu / 1e3 / requests, busy: cpu / 1e9 / seconds, peakRssBytes };
}

/**
 * Opens half of the connections, then the others: the first half also pays for what the process grows by when it first has work.
 * @param {(port: number) => Promise<import('node:net').Socket>} open
 * @returns {NonNullable<Scenario['measure']>}
 */
const idle = (open) => (subject, conditions) =>
  withSubject(subject, conditions, async ({ pid, port, settle }) => {
    if (!hasAccounting) return {};
    const half = idleConnections / 2;
    const settled = () => settle().then(() => currentRss(pid));
    const before = await settled();
    const first = await openIdle(port, half, open);
    const between = await settled();
    const others = await openIdle(port, half, open);
    const after = await settled();
    const lost = first.lost() + others.lost();
    first.close();
    others.close();
    if (lost > 0) throw new Error(`closed ${lost} of its idle connections`);
    return {
      bytesPerConnection: (after - before) / idleConnections,
      bytesPerFurtherConnection: (after - between) / half,
    };
  });

/** @type {NonNullable<Scenario['measure']>} */
const start = async (subject, { pinning }) => {
  const times = [];
  for (let made = 0; made < startsPerRound; made += 1) {
    const running = await launch(subject, { pinning, bare: true });
    times.push(running.startMs);
    await running.stop();
  }
  return { startMs: median(times) ?? Number.NaN };
};

/** @type {Record<string, Scenario>} */
export const scenarios = {
  'plain-small': { title: 'keep-alive GET, small head', underLoad: load('small', 1) },
  'plain-browser': { title: 'keep-alive GET, browser-sized head', underLoad: load('browser', 1) },
  'pipelined-small': { title: '16 pipelined GETs, small heads', underLoad: load('small', 16) },
  'pipelined-browser': { title: '16 pipelined GETs, browser-sized heads', underLoad: load('browser', 16) },
  'vary-plain': { title: 'keep-alive GET, browser-sized heads that all differ', underLoad: varyingLoad(1) },
  'vary-pipelined': { title: '16 pipelined GETs, browser-sized heads that all differ', underLoad: varyingLoad(16) },
  idle: { title: `memory of an idle kept-alive connection, over ${idleConnections}`, measure: idle(openAfterRequest) },
  start: { title: `from spawn to first answer, median of ${startsPerRound} in each round`, measure: start },
  'ws-echo-125': { title: 'WebSocket echo, 125 bytes', kind: 'ws', underLoad: echo(125) },
  'ws-echo-16k': { title: 'WebSocket echo, 16 KiB', kind: 'ws', underLoad: echo(16 * 1024) },
  'ws-connect': { title: 'WebSocket handshakes', kind: 'ws', underLoad: connects },
  'ws-idle': {
    title: `memory of an idle WebSocket, over ${idleConnections}`,
    kind: 'ws',
    measure: idle(openWebSocket),
  },
  'tls-plain': { title: 'keep-alive GET over TLS, small head', kind: 'tls', underLoad: load('small', 1, overTls) },
  'tls-pipelined': { title: '16 pipelined GETs over TLS', kind: 'tls', underLoad: load('small', 16, overTls) },
  'tls-handshakes': {
    title: 'a TLS connection for each GET, nothing resumed',
    kind: 'tls',
    underLoad: load('closing', 1, overTls),
  },
  'tls-download': {
    title: 'GET of 4 MiB over TLS, 4 connections',
    kind: 'tls',
    underLoad: load('small', 1, { ...overTls, path: downloadPath, connections: 4 }),
  },
  'static-small': {
    title: 'a file of 4 KiB, head of a browser',
    kind: 'static',
    underLoad: load('browser', 1, { path: smallFile }),
  },
  'static-large': {
    title: 'a file of 16 MiB, 4 connections',
    kind: 'static',
    underLoad: load('small', 1, { path: largeFile, connections: 4 }),
  },
  'h2-1': { title: 'HTTP/2 GET, 1 stream', kind: 'h2', underLoad: http2Load(1) },
  'h2-32': { title: 'HTTP/2 GET, 32 streams', kind: 'h2', underLoad: http2Load(32) },
  'h2-100': { title: 'HTTP/2 GET, 100 streams', kind: 'h2', underLoad: http2Load(100) },
  'h2-browser-32': {
    title: 'HTTP/2 GET, browser-sized header lists, 32 streams',
    kind: 'h2',
    underLoad: http2Load(32, { fields: browserFields }),
  },
  'h2-vary-32': {
    title: 'HTTP/2 GET, browser-sized header lists that all differ, 32 streams',
    kind: 'h2',
    underLoad: varyingHttp2Load(32),
  },
  'h2-download': {
    title: 'HTTP/2 GET of 100 KiB, 8 streams',
    kind: 'h2',
    underLoad: http2Load(8, { path: downloadPath }),
  },
  'h2-upload': { title: 'HTTP/2 POST of 1 MiB, 4 streams', kind: 'h2', underLoad: http2Load(4, { upload: 1 << 20 }) },
  'h2-idle': {
    title: `memory of an idle HTTP/2 connection, over ${idleConnections}`,
    kind: 'h2',
    measure: idle(openAfterHttp2Request),
  },
  'h2tls-download': {
    title: 'GET of 64 MiB through one stream over TLS',
    kind: 'h2tls',
    underLoad: http2Load(1, { path: largePath, tls: true, connections: 1 }),
  },
  'h2tls-upload': {
    title: 'POST of 64 MiB through one stream over TLS',
    kind: 'h2tls',
    underLoad: http2Load(1, { upload: 64 << 20, tls: true, connections: 1 }),
  },
};

export const scenarioNames = Object.keys(scenarios);
