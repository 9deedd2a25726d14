import { count, counts, size } from '../lib/format.mjs';
import { Peer, inParallel, tally } from '../lib/peer.mjs';
import { endless } from './endless-head.mjs';

/** @typedef {import('../lib/run.mjs').Scenario} Scenario */

const MiB = 1024 ** 2;

/** @param {string} path */
const head = (path) => `POST ${path} HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n`;

const chunk = '1\r\nc\r\n';

/**
 * Complete bodies of one-byte chunks, which are allowed but expensive.
 * @param {string} name
 * @param {string} about
 * @param {object} what
 * @param {string} what.path
 * @param {number} what.chunks in one body
 * @param {number} what.chunksAtOnce in one segment
 * @param {number} what.holds
 * @returns {Scenario}
 */
const whole = (name, about, { path, chunks, chunksAtOnce, holds }) => ({
  name,
  about,
  quick: true,
  seconds: 5,
  tracks: true,
  limits: () => ({}),
  async run({ subject, scale, verdict }) {
    const until = Date.now() + scale.seconds * 1000;
    const segment = Buffer.from(chunk.repeat(chunksAtOnce));
    const segments = Math.ceil((scale.quick ? chunks / 10 : chunks) / chunksAtOnce);
    /** @type {{ status: string, how: string, content: string }[]} */
    const results = [];
    await inParallel(scale.quick ? 4 : 1000, 2, async (index) => {
      if (!scale.quick && Date.now() > until) return;
      const peer = new Peer(subject.port, { index });
      await peer.opened;
      peer.send(head(path));
      peer.sendEndlessly(segment, segments * segment.length, 16);
      const sent = setInterval(() => {
        if (peer.sent < segments * segment.length || !peer.socket.writable) return;
        clearInterval(sent);
        peer.send('0\r\n\r\n');
        peer.end();
      }, 5);
      const timer = setTimeout(() => peer.kill(), 2 * scale.patience);
      const { how } = await peer.closed;
      clearTimeout(timer);
      clearInterval(sent);
      results.push({ status: peer.status, how, content: peer.text.split('\r\n\r\n')[1] ?? '' });
    });
    const contents = tally(results.map(({ content }) => content));
    const { closed, read } = await subject.emptied(scale.patience);
    verdict.did.push(
      `${count(results.length)} bodies of ${count(segments * chunksAtOnce)} chunks, ${size(read)} in all`,
    );
    verdict.ended.push(`status ${counts(tally(results.map(({ status }) => status)))}; server: ${counts(closed)}`);
    verdict.counted('lengths counted by the handler', contents, { [segments * chunksAtOnce]: results.length });
    verdict.heldAtMost(holds);
  },
});

/** The maximum length of a line is 4096 bytes, without CRLF. */
const longExtension = `1;x=${'e'.repeat(4080)}\r\nc\r\n`;

/** @type {Scenario[]} */
export const chunkExtensions = [
  // Twice the content: while a buffer grows, its old and its new memory exist.
  whole('chunk-extensions/none-collected', 'one-byte chunks to a handler that collects them', {
    path: '/collect',
    chunks: 4_000_000,
    chunksAtOnce: 10_000,
    holds: 2 * (4_000_000 * 3 + MiB) + 4 * MiB,
  }),
  whole('chunk-extensions/none-streamed', 'one-byte chunks to a handler that takes them as they come', {
    path: '/stream',
    chunks: 4_000_000,
    chunksAtOnce: 10_000,
    holds: 4 * MiB,
  }),
  whole('chunk-extensions/none-in-segments', 'one-byte chunks, each in a segment of its own, collected', {
    path: '/collect',
    chunks: 100_000,
    chunksAtOnce: 1,
    holds: 4 * MiB,
  }),
  endless('chunk-extensions/long-collected', 'one-byte chunks with the longest extensions, collected', {
    begin: head('/collect'),
    goOn: longExtension,
    status: 431,
    code: 'HTTP1_CHUNK_EXTENSION_TOO_LONG',
  }),
  endless('chunk-extensions/long-streamed', 'one-byte chunks with the longest extensions, streamed', {
    begin: head('/stream'),
    goOn: longExtension,
    status: 431,
    code: 'HTTP1_CHUNK_EXTENSION_TOO_LONG',
  }),
  endless('chunk-extensions/short-streamed', 'one-byte chunks with the shortest extension, streamed', {
    begin: head('/stream'),
    goOn: '1;x\r\nc\r\n',
    status: 431,
    code: 'HTTP1_CHUNK_EXTENSION_TOO_LONG',
  }),
  endless('chunk-extensions/one-without-end', 'one extension without end', {
    begin: `${head('/collect')}1;x=`,
    goOn: 'e',
    status: 431,
    code: 'HTTP1_CHUNK_EXTENSION_TOO_LONG',
  }),
  {
    ...endless('chunk-extensions/body-without-end', 'one-byte chunks without end, streamed until maxRequestBodySize', {
      begin: head('/stream'),
      goOn: chunk,
      status: 413,
      code: 'HTTP1_CONTENT_TOO_LARGE',
    }),
    quick: false,
    seconds: 5,
  },
];
