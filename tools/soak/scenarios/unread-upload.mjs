import { setTimeout as delay } from 'node:timers/promises';
import { count, counts, size } from '../lib/format.mjs';
import { Peer, inParallel, tally } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const KiB = 1024;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const uploadSize = 4 * GiB;

/** Chunks of one read, and the bytes that a paused socket reads ahead. */
const overshoot = 256 * KiB;

const piece = Buffer.alloc(64 * KiB, 'u');
const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);

/** @param {string} path @param {string} framing */
const head = (path, framing) => `POST ${path} HTTP/1.1\r\nHost: soak\r\n${framing}\r\n\r\n`;

/**
 * The handler answers at once; the client keeps sending, regardless of the response.
 * @param {string} name
 * @param {string} about
 * @param {string} framing
 * @param {(peer: Peer) => void} send
 * @param {object} [how]
 * @param {Record<string, number>} [how.limits]
 * @returns {Scenario}
 */
const early = (name, about, framing, send, { limits = {} } = {}) => ({
  name,
  about,
  quick: true,
  seconds: 3,
  tracks: true,
  limits: ({ quick }) => ({ maxRequestBodySize: null, ...(quick && { requestDrainTimeout: 1000 }), ...limits }),
  async run({ subject, scale, verdict }) {
    const clients = scale.quick ? 10 : 100;
    const results = await inParallel(clients, 20, async (index) => {
      const peer = new Peer(subject.port, { index, answersEnd: false });
      await peer.opened;
      peer.send(head('/early', framing));
      send(peer);
      const timer = setTimeout(() => peer.kill(), scale.patience);
      const ending = await peer.closed;
      clearTimeout(timer);
      return { peer, ending };
    });
    const statuses = tally(results.map(({ peer }) => peer.status));
    const { closed, mostRead } = await subject.emptied(scale.patience);
    verdict.did.push(`${count(clients)} uploads, at most ${size(mostRead)} read of one`);
    verdict.ended.push(
      `status ${counts(statuses)}; ${counts(tally(results.map(({ ending }) => ending.how)))}; server: ${counts(closed)}`,
    );
    verdict.equal(
      'connections that the client had to end',
      results.filter(({ ending }) => ending.how === 'ours').length,
      0,
    );
    const { 200: answered = 0, none = 0, ...others } = statuses;
    verdict.counted('other statuses', others, {});
    // A client that is still writing when the reset arrives may lose the unread response.
    verdict.atLeast('clients that saw 200', answered, Math.max(1, 9 * none));
    // After the response, any number of bytes are discarded for a time (RFC 9112 9.6): memory and time are bounded.
    const { requestDrainTimeout = 5000 } = limits;
    verdict.atMostTime('last end', Math.max(...results.map(({ ending }) => ending.ms)), requestDrainTimeout + 4000);
    verdict.heldAtMost(4 * MiB);
  },
});

/** @type {Scenario[]} */
export const unreadUpload = [
  {
    name: 'unread-upload/never',
    about: 'uploads of 4 GiB to a handler that neither reads nor ends',
    quick: true,
    seconds: 10,
    tracks: true,
    limits: () => ({ maxRequestBodySize: null }),
    async run({ subject, scale, verdict }) {
      const clients = scale.quick ? 10 : 50;
      const peers = await inParallel(clients, 20, async (index) => {
        const peer = new Peer(subject.port, { index });
        await peer.opened;
        peer.send(head('/never', `Content-Length: ${uploadSize}`));
        peer.sendEndlessly(piece, uploadSize);
        return peer;
      });
      if (!scale.quick) await delay(scale.seconds * 1000);
      const { connections, mostRead, read } = await subject.stalled(clients * MiB, scale.patience);
      verdict.connections = clients;
      verdict.did.push(
        `${count(clients)} uploads of ${size(uploadSize)}, ${size(read)} read, at most ${size(mostRead)} of one`,
      );
      verdict.equal('connections still open', connections, clients);
      verdict.atLeast('bytes read of one upload', mostRead, MiB);
      verdict.atMostBytes('read of one upload', mostRead, MiB + overshoot);
      verdict.heldAtMost(clients * (MiB + overshoot) + MiB);
      for (const peer of peers) peer.kill(true);
      verdict.ended.push('reset by the clients');
      // A socket that is not read does not report a reset, so a handler that never ends keeps its connection.
      verdict.mayLeave = clients;
    },
  },
  {
    name: 'unread-upload/one-byte-segments',
    about: 'an upload in segments of one byte to a handler that neither reads nor ends',
    seconds: 10,
    tracks: true,
    limits: () => ({ maxRequestBodySize: null }),
    async run({ subject, scale, verdict }) {
      const clients = 8;
      const peers = await inParallel(clients, clients, async (index) => {
        const peer = new Peer(subject.port, { index });
        await peer.opened;
        peer.send(head('/never', `Content-Length: ${uploadSize}`));
        peer.sendEndlessly(Buffer.from('b'), 2 * MiB, 4);
        return peer;
      });
      await delay(scale.seconds * 1000);
      const { read, mostRead } = await subject.sample();
      verdict.connections = clients;
      verdict.did.push(`${count(clients)} uploads, ${size(read)} read, at most ${size(mostRead)} of one`);
      verdict.atMostBytes('read of one upload', mostRead, MiB + overshoot);
      verdict.heldAtMost(2 * read + 2 * MiB);
      for (const peer of peers) peer.kill(true);
      verdict.ended.push('reset by the clients');
      verdict.mayLeave = clients;
    },
  },
  early(
    'unread-upload/early',
    'uploads of 4 GiB to a handler that answers at once',
    `Content-Length: ${uploadSize}`,
    (peer) => peer.sendEndlessly(piece, uploadSize),
  ),
  early(
    'unread-upload/early-chunked',
    'chunked uploads without end to a handler that answers at once',
    'Transfer-Encoding: chunked',
    (peer) => peer.sendEndlessly(chunk, uploadSize),
  ),
  early(
    'unread-upload/early-stalled',
    'uploads of half a MiB that stall, to a handler that answers at once',
    `Content-Length: ${512 * KiB}`,
    (peer) => peer.send('u'),
    { limits: { requestDrainTimeout: 1000 } },
  ),
];
