import { performance } from 'node:perf_hooks';
import { Peer, inParallel } from './peer.mjs';
import { Subject } from './subject.mjs';
import { Verdict } from './verdict.mjs';

/**
 * The amount of work.
 * @typedef {object} Scale
 * @property {boolean} quick a few hundred connections and a fixed amount of work, for tests: independent of the
 * machine's speed
 * @property {number} seconds duration, for scenarios that can choose; not at the quick scale
 * @property {number} patience milliseconds until a client gives up
 * @property {number} connections number of connections, for scenarios that want the maximum
 */

/**
 * @typedef {object} Scenario
 * @property {string} name group/variant
 * @property {string} about
 * @property {boolean} [quick] whether it runs at the quick scale
 * @property {number} seconds default duration
 * @property {boolean} [tracks] whether it needs the bytes and ends of single connections
 * @property {(scale: Scale) => object} limits of the server that differ from the defaults
 * @property {(session: { subject: Subject, scale: Scale, verdict: Verdict }) => Promise<void>} run
 */

/**
 * The result of a scenario. Sizes in bytes; `held` is used heap and external memory after a collection.
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} about
 * @property {boolean} ok
 * @property {number} seconds duration
 * @property {string[]} did
 * @property {string[]} ended
 * @property {import('./verdict.mjs').Check[]} checks
 * @property {{ rss: number, held: number }} [base]
 * @property {{ rss: number, held: number }} [usual] the median
 * @property {{ rss: number, held: number }} [peak]
 * @property {{ rss: number, held: number, connections: number }} [end] after the clients have disconnected
 * @property {{ rss: number, held: number }} [perConnection] the median
 */

/** Allowance above the bound of held memory, for memory that was collected but not yet returned to the system. */
const rssSlack = 128 * 1024 ** 2;

/**
 * Sends requests of each kind, so that compiled code and filled pools are part of the base.
 * @param {number} port
 * @param {Scale} scale
 */
async function warmUp(port, { quick, patience }) {
  const requests = ['/target', '/later', '/page', '/early', '/download?size=100000']
    .map((target) => `GET ${target} HTTP/1.1\r\nHost: soak\r\n\r\n`)
    .concat(
      ['/collect', '/stream'].map(
        (target) => `POST ${target} HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nw\r\n0\r\n\r\n`,
      ),
    );
  await inParallel(quick ? 20 : 100, 10, async (index) => {
    const peer = new Peer(port, { index });
    await peer.opened;
    peer.send(requests.join('').repeat(2));
    peer.end();
    const timer = setTimeout(() => peer.kill(), patience);
    await peer.closed;
    clearTimeout(timer);
  });
}

/** @param {number[]} values */
const most = (values) => values.reduce((highest, value) => Math.max(highest, value), 0);

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** @param {Subject} subject @param {Verdict} verdict @param {number} patience */
async function figures(subject, verdict, patience) {
  const left = await subject.emptied(verdict.mayLeave > 0 ? 1000 : patience);
  const last = await subject.settled();
  const { base, samples } = subject;
  const usual = { rss: median(samples.map(({ rss }) => rss)), held: median(samples.map(({ held }) => held)) };
  const peak = { rss: most(samples.map(({ rss }) => rss)), held: most(samples.map(({ held }) => held)) };
  verdict.atMostBytes('held more than at first', peak.held - base.held, verdict.heldBound);
  verdict.atMostBytes('resident more than at first', peak.rss - base.rss, 2 * verdict.heldBound + rssSlack);
  verdict.atMost('connections after the end', left.connections, verdict.mayLeave);
  verdict.counted('errors of the application', last.applicationErrors, {});
  const { connections } = verdict;
  return {
    base: { rss: base.rss, held: base.held },
    usual,
    peak,
    end: { rss: last.rss, held: last.held, connections: last.connections },
    ...(connections > 1 && {
      perConnection: { rss: (usual.rss - base.rss) / connections, held: (usual.held - base.held) / connections },
    }),
  };
}

/**
 * Runs a scenario against a new server.
 * @param {Scenario} scenario
 * @param {Scale} scale
 * @returns {Promise<Outcome>}
 */
export async function runScenario(scenario, scale) {
  const startedAt = performance.now();
  const verdict = new Verdict({ isTimed: !scale.quick });
  /** @type {Subject | undefined} */
  let subject;
  let memory = {};
  try {
    subject = await Subject.start({ limits: scenario.limits(scale), tracks: scenario.tracks === true });
    await warmUp(subject.port, scale);
    await subject.emptied(scale.patience);
    await subject.watch(scale.quick ? 250 : 1000);
    await scenario.run({ subject, scale, verdict });
    memory = await figures(subject, verdict, scale.patience);
  } catch (error) {
    verdict.check('came to its end', false, subject?.end ?? /** @type {Error} */ (error).message, 'no error');
  } finally {
    await subject?.stop();
  }
  return {
    name: scenario.name,
    about: scenario.about,
    ok: verdict.isOk,
    seconds: (performance.now() - startedAt) / 1000,
    did: verdict.did,
    ended: verdict.ended,
    checks: verdict.checks,
    ...memory,
  };
}
