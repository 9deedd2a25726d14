import { setTimeout as delay } from 'node:timers/promises';
import { count, counts } from '../lib/format.mjs';
import { Peer, inParallel, tally } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const head = 'GET /slow-head HTTP/1.1\r\nHost: soak\r\nUser-Agent: slow\r\n\r\n';

/** Maximum heap and external memory of one connection while its head arrives. */
const perConnection = 8 * 1024;

/** @param {number} port @param {number} connections */
const openAll = (port, connections) =>
  inParallel(connections, 128, async (index) => {
    const peer = new Peer(port, { index });
    await peer.opened;
    peer.send(head.slice(0, 1));
    return peer;
  });

/**
 * Sends the next byte of each client, evenly over a period, so that the server is never idle.
 * @param {Peer[]} peers
 * @param {number} period
 * @param {number} [until]
 */
async function dribble(peers, period, until = Infinity) {
  const steps = Math.min(100, peers.length);
  for (let step = 0; step < steps && Date.now() < until; step++) {
    for (let i = step; i < peers.length; i += steps) {
      const peer = /** @type {Peer} */ (peers[i]);
      if (!peer.isOver) peer.send(head[peer.sent] ?? 'x');
    }
    await delay(period / steps);
  }
}

/** @type {Scenario[]} */
export const slowHeads = [
  {
    name: 'slow-heads/open',
    about: 'many connections that send one byte of a request every 10 s',
    seconds: 25,
    limits: () => ({ requestHeadersTimeout: 600_000 }),
    async run({ subject, scale, verdict }) {
      const peers = await openAll(subject.port, scale.connections);
      const until = Date.now() + scale.seconds * 1000;
      while (Date.now() < until) await dribble(peers, 10_000, until);
      const { connections } = await subject.sample();
      verdict.connections = peers.length;
      verdict.did.push(
        `${count(peers.length)} connections, ${count(peers.reduce((sum, { sent }) => sum + sent, 0))} bytes`,
      );
      verdict.equal('connections still open', connections, peers.length);
      verdict.heldAtMost(perConnection * peers.length);
      for (const peer of peers) peer.kill();
      verdict.ended.push('all closed by the clients');
    },
  },
  {
    name: 'slow-heads/timeout',
    about: 'the same, ended by requestHeadersTimeout',
    quick: true,
    seconds: 10,
    limits: (scale) => ({ requestHeadersTimeout: scale.quick ? 1000 : 3000 }),
    async run({ subject, scale, verdict }) {
      const timeout = scale.quick ? 1000 : 3000;
      const peers = await openAll(subject.port, scale.connections);
      const closed = Promise.all(peers.map((peer) => peer.closed));
      const stop = AbortSignal.timeout(timeout + scale.patience);
      while (!stop.aborted && peers.some((peer) => !peer.isOver)) await dribble(peers, 1000);
      for (const peer of peers) peer.kill();
      const endings = await closed;
      const statuses = tally(peers.map(({ status }) => status));
      const { badRequests } = await subject.sample();
      verdict.did.push(
        `${count(peers.length)} connections, ${count(peers.reduce((sum, { sent }) => sum + sent, 0))} bytes`,
      );
      verdict.ended.push(
        `status ${counts(statuses)}; ${counts(tally(endings.map(({ how }) => how)))}; ${counts(badRequests)}`,
      );
      verdict.counted('statuses', statuses, { 408: peers.length });
      verdict.counted('refusals', badRequests, { HTTP1_REQUEST_HEADERS_TIMEOUT: peers.length });
      verdict.atLeast(
        'first end after ms',
        endings.reduce((least, { ms }) => Math.min(least, ms), Infinity),
        timeout,
      );
      // Two beats of the server's clock, and the time to open this many connections on a small machine.
      verdict.atMostTime(
        'last end',
        endings.reduce((most, { ms }) => Math.max(most, ms), 0),
        timeout + 5000,
      );
      verdict.heldAtMost(perConnection * peers.length);
    },
  },
];
