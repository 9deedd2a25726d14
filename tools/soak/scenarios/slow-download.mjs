import { setTimeout as delay } from 'node:timers/promises';
import { count, counts, size } from '../lib/format.mjs';
import { Peer, inParallel } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const KiB = 1024;
const MiB = 1024 ** 2;

/** The response buffer (64 KiB by default), the piece of 64 KiB that fills it, and the memory of the exchange itself. */
const perConnection = 160 * KiB;

/** Clients that read exactly 1 KiB per second from the kernel. @param {number} port @param {number} clients */
async function download(port, clients) {
  const peers = await inParallel(clients, 20, async (index) => {
    const peer = new Peer(port, { index, piece: KiB });
    await peer.opened;
    peer.send('GET /download HTTP/1.1\r\nHost: soak\r\n\r\n');
    return peer;
  });
  const timer = setInterval(() => {
    for (const { socket } of peers) socket.resume();
  }, 1000);
  const stop = () => {
    clearInterval(timer);
    for (const peer of peers) peer.kill(true);
  };
  return { peers, stop };
}

/** @param {Peer[]} peers @param {number} bytes @param {number} atMost milliseconds */
async function untilEachReceived(peers, bytes, atMost) {
  const deadline = Date.now() + atMost;
  while (peers.some(({ received }) => received < bytes) && Date.now() < deadline) await delay(50);
}

/** @param {Peer[]} peers */
const receivedBy = (peers) => peers.reduce((sum, { received }) => sum + received, 0);

/** @type {Scenario[]} */
export const slowDownload = [
  {
    name: 'slow-download/patient',
    about: 'downloads of 4 GiB to clients that read 1 KiB a second, without a least rate',
    quick: true,
    seconds: 10,
    tracks: true,
    limits: () => ({ minResponseDataRate: null }),
    async run({ subject, scale, verdict }) {
      const clients = scale.quick ? 20 : 100;
      const { peers, stop } = await download(subject.port, clients);
      if (scale.quick) await untilEachReceived(peers, KiB, scale.patience);
      else await delay(scale.seconds * 1000);
      const { connections, mostQueued } = await subject.sample();
      verdict.connections = clients;
      verdict.did.push(
        `${count(clients)} downloads, ${size(receivedBy(peers))} received, at most ${size(mostQueued)} queued for one`,
      );
      verdict.equal('connections still open', connections, clients);
      verdict.atLeast('bytes received by each', Math.min(...peers.map(({ received }) => received)), KiB);
      verdict.atMostBytes('queued for one', mostQueued, 128 * KiB);
      verdict.heldAtMost(clients * perConnection + MiB);
      stop();
      verdict.ended.push('reset by the clients');
    },
  },
  {
    name: 'slow-download/rate',
    about: 'the same, ended by minResponseDataRate',
    seconds: 12,
    tracks: true,
    limits: () => ({ minResponseDataRate: { bytesPerSecond: 32 * KiB, gracePeriod: 2000 } }),
    async run({ subject, verdict }) {
      const clients = 100;
      const startedAt = Date.now();
      const { peers, stop } = await download(subject.port, clients);
      const { connections, closed, mostQueued } = await subject.emptied(15_000);
      const took = Date.now() - startedAt;
      verdict.did.push(
        `${count(clients)} downloads, ${size(receivedBy(peers))} received, at most ${size(mostQueued)} queued for one`,
      );
      verdict.ended.push(`server: ${counts(closed)}, the last after ${(took / 1000).toFixed(1)} s`);
      stop();
      verdict.equal('connections still open', connections, 0);
      verdict.counted('ends', closed, { CONNECTION_ABORTED: clients });
      verdict.heldAtMost(clients * perConnection + MiB);
    },
  },
];
