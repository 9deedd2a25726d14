import { setTimeout as delay } from 'node:timers/promises';
import { count, counts, size } from '../lib/format.mjs';
import { Peer, inParallel, tally } from '../lib/peer.mjs';
import { random as randomFrom } from '../../test-support/random.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const KiB = 1024;
const MiB = 1024 ** 2;

/** @param {string} line */
const request = (line, rest = '') => `${line} HTTP/1.1\r\nHost: soak\r\n${rest}\r\n`;
const upload = request('POST /stream', `Content-Length: ${MiB}\r\n`);
const chunked = `${request('POST /collect', 'Transfer-Encoding: chunked\r\n')}5\r\nhello\r\n`;

/** The bytes that a client sends before it is killed, up to a random place. */
const beginnings = [
  '',
  request('GET /target'),
  request('GET /later').repeat(20),
  request('GET /page').repeat(20),
  request('GET /download'),
  upload + 'u'.repeat(32 * KiB),
  chunked,
  `${request('POST /early', `Content-Length: ${MiB}\r\n`)}${'u'.repeat(8 * KiB)}`,
];

/** A client that is killed at a random moment, with FIN or RST. */
const killed = async (/** @type {number} */ port, /** @type {number} */ index, /** @type {() => number} */ random) => {
  const peer = new Peer(port, { index, reads: random() < 0.7 });
  const beginning = /** @type {string} */ (beginnings[Math.floor(random() * beginnings.length)]);
  const cut = random() < 0.5 ? beginning.length : Math.floor(random() * beginning.length);
  const pause = random() * 30;
  const resets = random() < 0.5;
  if (random() < 0.9) await peer.opened;
  if (cut > 0) peer.send(beginning.slice(0, cut));
  await delay(pause);
  peer.kill(resets);
  await peer.closed;
  return 'killed';
};

/** A client that ends its side after a complete request and waits for the response. @returns the status */
const halfOpen = async (
  /** @type {number} */ port,
  /** @type {number} */ index,
  /** @type {() => number} */ random,
  /** @type {number} */ patience,
) => {
  const peer = new Peer(port, { index });
  const line = random() < 0.5 ? 'GET /target' : 'GET /later';
  await peer.opened;
  peer.send(request(line));
  if (random() < 0.5) await delay(random() * 10);
  peer.end();
  const timer = setTimeout(() => peer.kill(true), patience);
  await peer.closed;
  clearTimeout(timer);
  return peer.status;
};

/**
 * Waits until the server has accepted all earlier clients, including those that have already closed: it accepts
 * connections in their order, so a response to a later client proves it. @param {number} port @param {number} patience
 */
const accepted = (port, patience) => halfOpen(port, 0, () => 1, patience);

/**
 * Waves of clients. The memory after the last wave is compared with the memory after the first one, so that compiled
 * code and filled pools do not count.
 * @param {string} name
 * @param {string} about
 * @param {(port: number, index: number, random: () => number, patience: number) => Promise<string>} client
 * @param {(results: Record<string, number>, clients: number) => Record<string, number>} wanted
 * @returns {Scenario}
 */
const waves = (name, about, client, wanted) => ({
  name,
  about,
  quick: true,
  seconds: 10,
  tracks: true,
  limits: ({ quick }) => ({ requestDrainTimeout: quick ? 500 : 2000 }),
  async run({ subject, scale, verdict }) {
    const inWave = scale.quick ? 100 : 1000;
    const seed = 20_231;
    const random = randomFrom(seed).next;
    /** @type {string[]} */
    const results = [];
    /** @type {import('../lib/subject.mjs').Sample[]} */
    const after = [];
    for (let wave = 0; wave < 5; wave++) {
      results.push(...(await inParallel(inWave, 100, (index) => client(subject.port, index, random, scale.patience))));
      await accepted(subject.port, scale.patience);
      const { connections } = await subject.emptied(scale.patience);
      after.push(await subject.settled());
      if (connections > 0) break;
    }
    const [first, last] = [
      /** @type {import('../lib/subject.mjs').Sample} */ (after[0]),
      /** @type {import('../lib/subject.mjs').Sample} */ (after.at(-1)),
    ];
    const outcomes = tally(results);
    verdict.did.push(
      `${count(results.length)} clients in ${after.length} waves, seed ${seed}, ${size(last.read)} read`,
    );
    verdict.ended.push(`clients: ${counts(outcomes)}; server: ${counts(last.closed)}; ${counts(last.badRequests)}`);
    verdict.equal('clients', results.length, 5 * inWave);
    verdict.counted('outcomes', outcomes, wanted(outcomes, results.length));
    const left = [count(last.connections), ...last.open].join('; ');
    verdict.check('connections left', last.connections === 0, left, '0');
    verdict.atMostBytes('held more after the last wave than after the first', last.held - first.held, MiB);
    verdict.heldAtMost(32 * MiB);
  },
});

/** @type {Scenario[]} */
export const halfOpenClients = [
  waves('half-open/killed', 'clients killed at random points', killed, (_, clients) => ({ killed: clients })),
  waves('half-open/answered', 'clients that end their side behind a request', halfOpen, (_, clients) => ({
    200: clients,
  })),
];
