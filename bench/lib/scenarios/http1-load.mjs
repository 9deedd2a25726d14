// HTTP/1.1 load by wrk, and fixed-rate load by the bench itself.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAtRate } from '../load/fixed-rate.mjs';
import { requestHead, varyingHead, varyingHeads } from '../load/heads.mjs';
import { closeConnections, openConnections } from '../load/open-connections.mjs';
import { runWrk } from '../load/wrk.mjs';
import { underLoad } from './measure.mjs';

/**
 * @typedef {(id: string) => import('../load/heads.mjs').RequestParts} PartsOf the parts of a request with its own id of 8 characters
 *
 * @typedef {object} Http1Load
 * @property {import('../load/heads.mjs').HeadName | 'vary'} head `vary`: a browser's, and no two of the pool are alike
 * @property {number} [depth] requests sent at once
 * @property {PartsOf} [parts]
 * @property {'http' | 'https'} [scheme]
 * @property {number} [connections] absent: as the options say
 * @property {Record<string, string>} [variables] of the environment of the subject
 */

/**
 * The requests of a load: one, or a pool.
 * @param {Pick<Http1Load, 'head' | 'parts'>} load
 * @param {number} port
 */
export function requestsOf({ head, parts }, port) {
  if (head !== 'vary') return [requestHead(head, port, parts?.('00000000'))];
  return Array.from({ length: varyingHeads }, (_, number) => varyingHead(number, port, parts));
}

/** Load by wrk. @param {Http1Load} load */
export const load = ({ depth = 1, scheme = 'http', connections, variables = {}, ...requests }) =>
  underLoad(
    async ({ port }, { options, pinning, folder }) => {
      const texts = requestsOf(requests, port);
      const batches = Math.ceil(texts.length / depth);
      const batchFile = join(folder, `requests-${port}.http`);
      writeFileSync(batchFile, texts.length === 1 ? texts[0].repeat(depth) : texts.join(''), 'latin1');
      const wrk = { port, batchFile, batches, scheme, connections: connections ?? options.connections };
      return (seconds) => runWrk({ ...wrk, core: pinning.client, seconds });
    },
    { variables },
  );

/** Seconds of a burst: enough requests for a 99.9th percentile at the lower rate. */
const rateBurstSeconds = 3;

/**
 * Load at a fixed rate. The connections are opened before a burst and closed after it, so that only one subject has
 * connections at a time.
 * @param {{ head: Http1Load['head'], rate: number, connections: number, burstSeconds?: number }} load
 */
export const atRate = ({ rate, connections, burstSeconds = rateBurstSeconds, ...load }) =>
  underLoad(
    async ({ port }) => {
      const requests = requestsOf(load, port).map((text) => Buffer.from(text, 'latin1'));
      /** @type {import('../load/open-connections.mjs').OpenConnection[]} */
      let open = [];
      return Object.assign(
        (/** @type {number} */ seconds) => loadAtRate({ connections: open, requests, rate, seconds }),
        {
          before: async () => void (open = await openConnections(port, connections, requests[0])),
          after: () => closeConnections(open),
        },
      );
    },
    { burstSeconds },
  );
