import { setTimeout as delay } from 'node:timers/promises';
import { count, counts, size } from '../lib/format.mjs';
import { Peer } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const KiB = 1024;
const MiB = 1024 ** 2;

/** A request buffer, a response buffer, and one or two responses. */
const bound = 4 * MiB;

/**
 * A client that sends requests without end, pipelined, and never reads an answer.
 * @param {string} name
 * @param {string} about
 * @param {string} target
 * @param {{ bytesPerSecond: number, gracePeriod: number } | null} [minResponseDataRate] null: nothing but the buffers bounds it
 * @returns {Scenario}
 */
const unread = (name, about, target, minResponseDataRate = null) => ({
  name,
  about,
  quick: minResponseDataRate === null,
  seconds: 8,
  tracks: true,
  limits: () => ({ minResponseDataRate }),
  async run({ subject, scale, verdict }) {
    const isCut = minResponseDataRate !== null;
    const request = `GET ${target} HTTP/1.1\r\nHost: soak\r\n\r\n`;
    const piece = Buffer.from(request.repeat(Math.ceil((64 * KiB) / request.length)));
    const peer = new Peer(subject.port, { reads: false });
    await peer.opened;
    peer.sendEndlessly(piece, 4 * 1024 * MiB);
    const until = scale.quick ? 0 : Date.now() + scale.seconds * 1000;
    let held = 0;
    let queued = 0;
    if (scale.quick) await subject.stalled(1, scale.patience);
    // Checked often and stopped at once: a server without a bound would soon run out of memory.
    do {
      const sample = await subject.sample();
      held = Math.max(held, sample.held - subject.base.held);
      queued = Math.max(queued, sample.mostQueued);
      await delay(100);
    } while (Date.now() < until && queued < 64 * MiB && held < 256 * MiB);
    const { read, closed, connections } = await subject.sample();
    verdict.did.push(
      `${size(read)} of requests read (about ${count(Math.floor(read / request.length))}), at most ${size(queued)} of answers queued`,
    );
    verdict.atMostBytes('queued for sending', queued, bound);
    verdict.heldAtMost(bound);
    verdict.equal('connections before the client goes', connections, isCut ? 0 : 1);
    verdict.ended.push(isCut ? `server: ${counts(closed)}` : 'reset by the client');
    peer.kill(true);
  },
});

/** @type {Scenario[]} */
export const unreadAnswers = [
  unread('many-small-writes/at-once', 'pipelined requests without end, answers never read', '/target'),
  unread('many-small-writes/later', 'the same, each answered in a later turn of the event loop', '/later'),
  unread('many-small-writes/pages', 'the same with answers of 16 KiB', '/page'),
  unread('many-small-writes/rate', 'the same, ended by minResponseDataRate', '/page', {
    bytesPerSecond: MiB,
    gracePeriod: 1500,
  }),
];
