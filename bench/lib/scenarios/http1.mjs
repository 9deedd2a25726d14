import { downloadPath } from '../load/heads.mjs';
import { openAfterRequest } from '../load/idle-connections.mjs';
import { downloadGigabyte, uploadGigabyte } from '../load/transfer.mjs';
import { resumeFor } from '../load/tls-resumption.mjs';
import { largeFile, smallFile } from '../support/static-folder.mjs';
import { paths } from '../support/work.mjs';
import { atRate, load } from './http1-load.mjs';
import { idle, start, underLoad } from './measure.mjs';

/** @typedef {Record<string, import('./measure.mjs').Scenario>} Scenarios */

/** Suffix of the titles of varying scenarios. */
const differing = 'browser-sized heads that all differ';

/** @type {Scenarios} */
const greeting = {
  'plain-small': { title: 'keep-alive GET, small head', underLoad: load({ head: 'small' }) },
  'plain-browser': { title: 'keep-alive GET, browser-sized head', underLoad: load({ head: 'browser' }) },
  'vary-plain': { title: `keep-alive GET, ${differing}`, underLoad: load({ head: 'vary' }) },
  'pipelined-small': { title: '16 pipelined GETs, small heads', underLoad: load({ head: 'small', depth: 16 }) },
  'pipelined-browser': {
    title: '16 pipelined GETs, browser-sized heads',
    underLoad: load({ head: 'browser', depth: 16 }),
  },
  'vary-pipelined': { title: `16 pipelined GETs, ${differing}`, underLoad: load({ head: 'vary', depth: 16 }) },
  'rate-1000': {
    title: '1,000 requests/s on 16 connections, open loop',
    underLoad: atRate({ head: 'small', rate: 1000, connections: 16 }),
  },
  'vary-rate-1000': {
    title: `1,000 requests/s on 16 connections, open loop, ${differing}`,
    underLoad: atRate({ head: 'vary', rate: 1000, connections: 16 }),
  },
  'rate-10000': {
    title: '10,000 requests/s on 64 connections, open loop',
    underLoad: atRate({ head: 'small', rate: 10_000, connections: 64 }),
  },
  'vary-rate-10000': {
    title: `10,000 requests/s on 64 connections, open loop, ${differing}`,
    underLoad: atRate({ head: 'vary', rate: 10_000, connections: 64 }),
  },
  idle: idle('an idle kept-alive connection', openAfterRequest),
  start,
};

/**
 * Scenarios for the subjects `routes-…`, with identical requests and with requests that all differ.
 * @param {import('../run/abilities.mjs').Ability} ability
 * @param {string} title
 * @param {import('./http1-load.mjs').PartsOf} parts
 * @returns {Scenarios}
 */
const work = (ability, title, parts) => ({
  [ability]: { title, kind: 'routes', needs: ability, underLoad: load({ head: 'small', parts }) },
  [`vary-${ability}`]: {
    title: `${title}, ${differing}`,
    kind: 'routes',
    needs: ability,
    underLoad: load({ head: 'vary', parts }),
  },
});

/** @type {Scenarios} */
const routes = {
  ...work('json', 'a JSON answer', (id) => ({ path: `${paths.json}?id=${id}` })),
  // 2 KiB, different for each request like the heads.
  ...work('echo', 'POST of 2 KiB, echoed', (id) => ({ method: 'POST', path: paths.echo, content: id.repeat(256) })),
  ...work('download', 'an answer of 100 KiB', () => ({ path: paths.download })),
  ...work('stream', 'an answer streamed in 1,000 chunks', () => ({ path: paths.stream })),
  'new-connection': {
    title: 'a connection for each GET',
    kind: 'routes',
    needs: 'close',
    underLoad: load({ head: 'closing' }),
  },
  'gigabyte-down': {
    title: '1 GiB down, one connection; a request is one transfer',
    kind: 'routes',
    needs: 'gigabyte',
    underLoad: underLoad(
      async ({ port }) =>
        () =>
          downloadGigabyte(port),
      { memory: true },
    ),
  },
  'gigabyte-up': {
    title: '1 GiB up, one connection; a request is one transfer',
    kind: 'routes',
    needs: 'upload',
    underLoad: underLoad(
      async ({ port }) =>
        () =>
          uploadGigabyte(port),
      { memory: true },
    ),
  },
};

const scheme = 'https';

/** @type {Scenarios} */
const tls = {
  'tls-plain': {
    title: 'keep-alive GET over TLS, small head',
    kind: 'tls',
    underLoad: load({ head: 'small', scheme }),
  },
  'tls-vary-plain': {
    title: `keep-alive GET over TLS, ${differing}`,
    kind: 'tls',
    underLoad: load({ head: 'vary', scheme }),
  },
  'tls-pipelined': {
    title: '16 pipelined GETs over TLS',
    kind: 'tls',
    underLoad: load({ head: 'small', depth: 16, scheme }),
  },
  'tls-vary-pipelined': {
    title: `16 pipelined GETs over TLS, ${differing}`,
    kind: 'tls',
    underLoad: load({ head: 'vary', depth: 16, scheme }),
  },
  'tls-handshakes': {
    title: 'a TLS connection for each GET, nothing resumed',
    kind: 'tls',
    underLoad: load({ head: 'closing', scheme }),
  },
  'tls-resumptions': {
    title: 'a TLS connection for each GET, all resumed',
    kind: 'tls',
    underLoad: underLoad(
      async ({ port }) =>
        (seconds) =>
          resumeFor(port, 16, seconds),
    ),
  },
  'tls-download': {
    title: 'GET of 4 MiB over TLS, 4 connections',
    kind: 'tls',
    underLoad: load({ head: 'small', scheme, parts: () => ({ path: downloadPath }), connections: 4 }),
  },
};

/** @type {Scenarios} */
const files = {
  'static-small': {
    title: 'a file of 4 KiB, head of a browser',
    kind: 'static',
    underLoad: load({ head: 'browser', parts: () => ({ path: smallFile }) }),
  },
  'static-vary-small': {
    title: `a file of 4 KiB, ${differing}`,
    kind: 'static',
    underLoad: load({ head: 'vary', parts: () => ({ path: smallFile }) }),
  },
  'static-large': {
    title: 'a file of 16 MiB, 4 connections',
    kind: 'static',
    underLoad: load({ head: 'small', parts: () => ({ path: largeFile }), connections: 4 }),
  },
};

/** @type {Scenarios} */
const middleware = {
  'middleware-5': {
    title: 'keep-alive GET through 5 middleware',
    kind: 'middleware',
    underLoad: load({ head: 'small' }),
  },
  'middleware-vary-5': {
    title: `keep-alive GET through 5 middleware, ${differing}`,
    kind: 'middleware',
    underLoad: load({ head: 'vary' }),
  },
};

export const http1Scenarios = { ...greeting, ...routes, ...tls, ...files, ...middleware };
