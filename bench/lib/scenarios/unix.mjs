import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runH2load } from '../load/h2load.mjs';
import { browserFields, varyingHeads, varyingRequest } from '../load/heads.mjs';
import { underLoad } from './measure.mjs';

/**
 * Load over a unix socket by h2load, which also supports HTTP/1.1; wrk does not support unix sockets.
 * @param {{ fields?: string[], varies?: boolean }} how
 */
const load = ({ fields = [], varies = false }) =>
  underLoad(async ({ port, address }, { options, pinning, folder }) => {
    const targets = join(folder, `targets-${port}`);
    const lines = Array.from({ length: varyingHeads }, (_, number) => varyingRequest(number).path);
    if (varies) writeFileSync(targets, lines.map((path) => `http://127.0.0.1${path}\n`).join(''));
    const about = { url: 'http://127.0.0.1/', base: `unix:${address.socketPath}`, ...(varies ? { targets } : {}) };
    const h2load = {
      ...about,
      fields,
      connections: options.connections,
      streams: 1,
      http1: true,
      core: pinning.client,
    };
    return (seconds) => runH2load({ ...h2load, seconds });
  });

/** @type {Record<string, import('./measure.mjs').Scenario>} */
export const unixScenarios = {
  'unix-plain': { title: 'keep-alive GET over a unix socket', kind: 'unix', underLoad: load({}) },
  'unix-vary-plain': {
    title: 'keep-alive GET over a unix socket, browser-sized heads whose targets differ',
    kind: 'unix',
    underLoad: load({ fields: browserFields, varies: true }),
  },
};
