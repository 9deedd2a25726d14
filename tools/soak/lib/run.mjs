import { performance } from 'node:perf_hooks';
import { Peer, inParallel } from './peer.mjs';
import { Subject } from './subject.mjs';
import { Verdict } from './verdict.mjs';

/**
 * How much is done.
 * @typedef {object} Scale
 * @property {boolean} quick a few hundred connections and a fixed amount of work, for the tests: nothing depends on how
 *   fast the machine is
 * @property {number} seconds that the scenario keeps at it, where it can choose; not at the quick scale
 * @property {number} patience milliseconds until a client gives up
 * @property {number} connections where it wants as many as there may be
 */

/**
 * @typedef {object} Scenario
 * @property {string} name group/variant
 * @property {string} about
 * @property {boolean} [quick] whether it makes sense at the quick scale
 * @property {number} seconds unless another time is asked for
 * @property {boolean} [tracks] whether it wants to know of the bytes and ends of single connections
 * @property {(scale: Scale) => object} limits of the server, beside the defaults
 * @property {(session: { subject: Subject, scale: Scale, verdict: Verdict }) => Promise<void>} run
 */

/**
 * What came of a scenario. Sizes in bytes; `held` is used heap and external memory after a collection.
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} about
 * @property {boolean} ok
 * @property {number} seconds that it took
 * @property {string[]} did
 * @property {string[]} ended
 * @property {import('./verdict.mjs').Check[]} checks
 * @property {{ rss: number, held: number }} [base]
 * @property {{ rss: number, held: number }} [usual] the median
 * @property {{ rss: number, held: number }} [peak]
 * @property {{ rss: number, held: number, connections: number }} [end] after the clients have gone
 * @property {{ rss: number, held: number }} [perConnection] usually
 */

/** Beyond the bound of what is held, for what a collection has not yet given back to the system. */
const rssSlack = 128 * 1024 ** 2;

/** Requests of each kind, so that compiled code and filled pools are part of the base. @param {number} port @param {number} patience */
async function warmUp(port, patience) {
  const requests = ['/target', '/later', '/page', '/early', '/download?size=100000']
    .map((target) => `GET ${target} HTTP/1.1\r\nHost: soak\r\n\r\n`)
    .concat(
      ['/collect', '/stream'].map(
        (target) => `POST ${target} HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nw\r\n0\r\n\r\n`,
      ),
    );
  await inParallel(100, 10, async (index) => {
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
 * Runs a scenario against a server of its own.
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
    await warmUp(subject.port, scale.patience);
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
