import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runH2load } from '../load/h2load.mjs';
import { browserFields, downloadPath, largePath } from '../load/heads.mjs';
import { loadHttp2, openAfterHttp2Request, varyingFrames } from '../load/http2-load.mjs';
import { isHttp1 } from '../run/subject.mjs';
import { idle, underLoad } from './measure.mjs';

/** Same as Kestrel's own benchmarks: few connections with many streams. */
const defaultConnections = 16;

/**
 * HTTP/2 load by h2load.
 * @param {number} streams at a time on each connection
 * @param {{ fields?: string[], path?: string, upload?: number, tls?: boolean, connections?: number }} [how] `upload` is
 *   the size of the content that each request sends
 */
const load = (streams, { fields = [], path = '/', upload, tls = false, connections = defaultConnections } = {}) =>
  underLoad(async ({ port }, { pinning, folder }, { name }) => {
    const content = join(folder, `content-${port}`);
    if (upload !== undefined) writeFileSync(content, Buffer.alloc(upload, 'x'));
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}${path}`;
    const h2load = { url, connections, streams, fields, http1: isHttp1(name), core: pinning.client };
    return (seconds) => runH2load({ ...h2load, seconds, ...(upload === undefined ? {} : { upload: content }) });
  });

/** @param {number} streams at a time on each connection */
const varyingLoad = (streams) =>
  underLoad(async ({ port }) => {
    const load = { port, frames: varyingFrames(port), connections: defaultConnections, streams };
    return (seconds) => loadHttp2({ ...load, seconds });
  });

/** @type {Record<string, import('./measure.mjs').Scenario>} */
export const http2Scenarios = {
  'h2-1': { title: 'HTTP/2 GET, 1 stream', kind: 'h2', underLoad: load(1) },
  'h2-32': { title: 'HTTP/2 GET, 32 streams', kind: 'h2', underLoad: load(32) },
  'h2-100': { title: 'HTTP/2 GET, 100 streams', kind: 'h2', underLoad: load(100) },
  'h2-browser-32': {
    title: 'HTTP/2 GET, browser-sized header lists, 32 streams',
    kind: 'h2',
    underLoad: load(32, { fields: browserFields }),
  },
  'h2-vary-32': {
    title: 'HTTP/2 GET, browser-sized header lists that all differ, 32 streams',
    kind: 'h2',
    underLoad: varyingLoad(32),
  },
  'h2-download': {
    title: 'HTTP/2 GET of 100 KiB, 8 streams',
    kind: 'h2',
    underLoad: load(8, { path: downloadPath }),
  },
  'h2-upload': { title: 'HTTP/2 POST of 1 MiB, 4 streams', kind: 'h2', underLoad: load(4, { upload: 1 << 20 }) },
  'h2-idle': { kind: 'h2', ...idle('an idle HTTP/2 connection', openAfterHttp2Request) },
  'h2tls-download': {
    title: 'GET of 64 MiB through one stream over TLS',
    kind: 'h2tls',
    underLoad: load(1, { path: largePath, tls: true, connections: 1 }),
  },
  'h2tls-upload': {
    title: 'POST of 64 MiB through one stream over TLS',
    kind: 'h2tls',
    underLoad: load(1, { upload: 64 << 20, tls: true, connections: 1 }),
  },
};
