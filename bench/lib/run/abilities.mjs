import { request } from 'node:http';
import { greeting, download, gigabyte, jsonAnswer, paths, streamChunk, streamChunks } from '../support/work.mjs';

/**
 * @typedef {{ method: string, path: string, content?: Uint8Array, headOnly?: boolean }} Question
 * @typedef {{ status: number, headers: import('node:http').IncomingHttpHeaders, content: Buffer }} Reply
 */

/** In ms. */
const patience = 10_000;

/** @param {number} port @param {Question} question @returns {Promise<Reply>} */
const ask = (port, { method, path, content, headOnly = false }) =>
  new Promise((resolve, reject) => {
    const headers = content === undefined ? {} : { 'content-type': 'text/plain', 'content-length': content.length };
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      /** @type {Buffer[]} */
      const parts = [];
      const settle = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, content: Buffer.concat(parts) });
      if (headOnly) {
        settle();
        sent.destroy();
      } else response.on('data', (part) => parts.push(part)).on('end', settle);
      response.on('error', reject);
    });
    sent.setTimeout(patience, () => sent.destroy(new Error(`no answer to ${method} ${path} within ${patience} ms`)));
    sent.on('error', reject).end(content);
  });

const posted = new Uint8Array(2048).fill(0x79);

/** @param {Reply} reply @param {Uint8Array | string} expected */
const hasContent = ({ content }, expected) => content.equals(Buffer.from(expected));

/**
 * The optional work of a subject `routes-…`. A 404, or for `close` a connection that stays open, means that the subject
 * does not support it.
 * @type {Record<string, Question & { isRight: (reply: Reply) => boolean }>}
 */
const abilities = {
  close: { method: 'GET', path: '/', isRight: (reply) => hasContent(reply, greeting) },
  json: {
    method: 'GET',
    path: `${paths.json}?id=17`,
    isRight: ({ content }) => JSON.stringify(JSON.parse(content.toString())) === JSON.stringify(jsonAnswer('17')),
  },
  echo: { method: 'POST', path: paths.echo, content: posted, isRight: (reply) => hasContent(reply, posted) },
  download: { method: 'GET', path: paths.download, isRight: (reply) => hasContent(reply, download) },
  stream: {
    method: 'GET',
    path: paths.stream,
    isRight: (reply) =>
      reply.headers['content-length'] === undefined && reply.content.length === streamChunks * streamChunk.length,
  },
  gigabyte: {
    method: 'GET',
    path: paths.gigabyte,
    headOnly: true,
    // A server may send chunks instead of a Content-Length.
    isRight: ({ headers }) => [undefined, String(gigabyte)].includes(headers['content-length']),
  },
  upload: { method: 'POST', path: paths.upload, content: download, isRight: (reply) => hasContent(reply, greeting) },
};

/** @typedef {'close' | 'json' | 'echo' | 'download' | 'stream' | 'gigabyte' | 'upload'} Ability */

/** @param {string} name @param {Reply} reply */
const isAbsent = (name, { status, headers }) => status === 404 || (name === 'close' && headers.connection !== 'close');

/**
 * Tests each kind of work of a subject `routes-…`.
 * @param {number} port
 * @returns {Promise<{ fault?: string, without: string[] }>} `without`: the work that the subject does not offer
 */
export async function abilitiesOf(port) {
  const without = [];
  for (const [name, { isRight, ...question }] of Object.entries(abilities)) {
    const reply = await ask(port, question);
    if (isAbsent(name, reply)) without.push(name);
    else if (reply.status !== 200 || !isRight(reply)) {
      const fault = `answered ${question.method} ${question.path} with status ${reply.status} and ${reply.content.length} bytes that are not the expected ones`;
      return { fault, without };
    }
  }
  return { without };
}
