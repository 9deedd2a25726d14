import { count, counts, size } from '../lib/format.mjs';
import { Peer, inParallel, tally } from '../lib/peer.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const KiB = 1024;
const MiB = 1024 ** 2;

/** @param {string} text */
const filled = (text) => Buffer.from(text.repeat(Math.ceil((64 * KiB) / text.length)));

/**
 * Clients, some at a time, that begin a message and never come to its end, as fast as the server takes it.
 * @param {string} name
 * @param {string} about
 * @param {object} what
 * @param {string} what.begin
 * @param {string} what.goOn
 * @param {string} what.code
 * @param {number} what.status
 * @param {number} [what.holds]
 * @param {number} [what.atMost] clients
 * @returns {Scenario}
 */
export const endless = (name, about, { begin, goOn, code, status, holds = 4 * MiB, atMost = 2000 }) => ({
  name,
  about,
  quick: true,
  seconds: 3,
  tracks: true,
  limits: ({ quick }) => ({ requestDrainTimeout: quick ? 500 : 1000 }),
  async run({ subject, scale, verdict }) {
    const until = Date.now() + scale.seconds * 1000;
    const piece = filled(goOn);
    /** @type {{ status: string, how: string, ms: number, sent: number }[]} */
    const results = [];
    await inParallel(scale.quick ? 8 : atMost, 8, async (index) => {
      if (!scale.quick && Date.now() > until) return;
      const peer = new Peer(subject.port, { index, answersEnd: false });
      await peer.opened;
      peer.send(begin);
      peer.sendEndlessly(piece, Infinity);
      const timer = setTimeout(() => peer.kill(), scale.patience);
      const { how, ms } = await peer.closed;
      clearTimeout(timer);
      results.push({ status: peer.status, how, ms, sent: peer.sent });
    });
    const { badRequests, closed, mostRead } = await subject.emptied(scale.patience);
    const statuses = tally(results.map((result) => result.status));
    const { [status]: told = 0, none = 0, ...others } = statuses;
    verdict.did.push(`${count(results.length)} clients, at most ${size(mostRead)} read from one`);
    verdict.ended.push(
      `status ${counts(statuses)}; ${counts(tally(results.map(({ how }) => how)))}; ${counts(badRequests)}; server: ${counts(closed)}`,
    );
    verdict.equal('connections that the client had to end', results.filter(({ how }) => how === 'ours').length, 0);
    verdict.counted('refusals', badRequests, { [code]: results.length });
    verdict.counted('other statuses', others, {});
    // A client that is still writing when the reset arrives may lose the unread response.
    verdict.atLeast(`clients that saw ${status}`, told, Math.max(1, none));
    // After the response, any number of bytes are discarded for a time (RFC 9112 9.6): memory and time are bounded.
    verdict.atMostTime(
      'last end',
      results.reduce((most, { ms }) => Math.max(most, ms), 0),
      9000,
    );
    verdict.heldAtMost(holds);
  },
});

const requestLine = 'GET / HTTP/1.1\r\n';
const chunked = 'POST /stream HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n';

/** @type {Scenario[]} */
export const endlessHead = [
  endless('endless-head/request-line', 'a request line without end', {
    begin: 'GET /',
    goOn: 'a',
    status: 414,
    code: 'HTTP1_REQUEST_LINE_TOO_LONG',
  }),
  endless('endless-head/fields', 'field lines without end', {
    begin: `${requestLine}Host: soak\r\n`,
    goOn: 'x: y\r\n',
    status: 431,
    code: 'HTTP1_TOO_MANY_FIELDS',
  }),
  endless('endless-head/long-fields', 'long field lines without end', {
    begin: `${requestLine}Host: soak\r\n`,
    goOn: `x: ${'y'.repeat(1000)}\r\n`,
    status: 431,
    code: 'HTTP1_FIELD_SECTION_TOO_LARGE',
  }),
  endless('endless-head/field-line', 'one field line without end', {
    begin: `${requestLine}x: `,
    goOn: 'y',
    status: 431,
    code: 'HTTP1_FIELD_SECTION_TOO_LARGE',
  }),
  endless('endless-head/empty-lines', 'empty lines without end before a request', {
    begin: '\r\n',
    goOn: '\r\n',
    status: 400,
    code: 'HTTP1_REQUEST_LINE_INVALID',
  }),
  endless('endless-head/trailers', 'a trailer section without end', {
    begin: chunked,
    goOn: `x: ${'y'.repeat(1000)}\r\n`,
    status: 431,
    code: 'HTTP1_FIELD_SECTION_TOO_LARGE',
  }),
];
