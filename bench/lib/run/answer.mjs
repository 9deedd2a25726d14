import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { requestHead } from '../load/heads.mjs';
import { greeting } from '../support/work.mjs';

/** The response content of every subject. */
export const expectedBody = greeting;

/** @typedef {{ status: number, fields: Map<string, string>, body: string }} Answer */

/** @param {string} head @returns {{ status: number, fields: Map<string, string> }} */
function parseHead(head) {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return /** @type {const} */ ([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
  });
  return { status: Number(statusLine.split(' ')[1]), fields: new Map(fields) };
}

/**
 * Parses the complete responses at the start of the received text. Only responses with content-length are supported.
 * @param {string} text latin1
 * @returns {Answer[]}
 */
export function parseAnswers(text) {
  const answers = [];
  for (let at = 0, end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n', at)) {
    const head = parseHead(text.slice(at, end));
    const length = Number(head.fields.get('content-length'));
    if (Number.isNaN(length)) throw new Error('an answer without content-length');
    if (text.length < end + 4 + length) break;
    at = end + 4 + length;
    answers.push({ ...head, body: text.slice(end + 4, at) });
  }
  return answers;
}

/**
 * Sends bytes over a socket and waits for the responses.
 * @param {import('node:net').Socket} socket
 * @param {string} request
 * @param {number} count of answers to wait for
 * @returns {Promise<Answer[]>}
 */
export function exchange(socket, request, count) {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (/** @type {() => void} */ act) => {
      socket.off('data', received).off('error', reject).off('close', closed);
      act();
    };
    const received = (/** @type {Buffer} */ chunk) => {
      text += chunk.toString('latin1');
      try {
        const answers = parseAnswers(text);
        if (answers.length >= count) settle(() => resolve(answers));
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const closed = () => reject(new Error(`the connection closed before ${count} answers had arrived`));
    socket.on('data', received).once('error', reject).once('close', closed);
    socket.write(request, 'latin1');
  });
}

/**
 * The address and protocol of a subject.
 * @typedef {{ port: number, tls: boolean, http2: boolean, socketPath?: string | undefined }} Address
 */

/** Certificates are not verified: a subject creates its certificate for one run, and the connection is local. */
const unverified = { host: '127.0.0.1', rejectUnauthorized: false };

/**
 * One connection for one exchange.
 * @param {Address} address
 * @param {string} request
 * @param {number} count
 * @param {number} [timeout] in ms
 */
async function exchangeOnce({ port, tls, http2, socketPath }, request, count, timeout = 5000) {
  if (http2) return await exchangeHttp2({ port, tls }, request, count, timeout);
  const socket = tls
    ? connectTls({ port, ...unverified })
    : connect(socketPath === undefined ? { port, host: '127.0.0.1' } : { path: socketPath });
  socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer within ${timeout} ms`)));
  try {
    return await exchange(socket, request, count);
  } finally {
    socket.on('error', () => {});
    if (tls || socketPath !== undefined) socket.destroy();
    else socket.resetAndDestroy(); // a reset leaves no port in TIME_WAIT
  }
}

/** @param {string} requests heads of HTTP/1.1, all alike @returns {Record<string, string>} the first one for HTTP/2 */
const http2Fields = (requests) => {
  const [requestLine = '', ...lines] = requests.slice(0, requests.indexOf('\r\n\r\n')).split('\r\n');
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
  return {
    ':path': requestLine.split(' ')[1],
    ...Object.fromEntries(fields.filter(([name = '']) => !['', 'host', 'connection'].includes(name))),
  };
};

/**
 * Like `exchangeOnce`, with Node.js' HTTP/2 client: one stream per request, all concurrent.
 * @param {{ port: number, tls: boolean }} address
 * @param {string} requests
 * @param {number} count
 * @param {number} timeout in ms
 */
async function exchangeHttp2({ port, tls }, requests, count, timeout) {
  const session = connectHttp2(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.setTimeout(timeout, () => session.destroy(new Error(`no answer within ${timeout} ms`)));
  try {
    const failed = new Promise((_resolve, reject) => session.once('error', reject));
    const answers = Array.from({ length: count }, () => http2Answer(session, http2Fields(requests)));
    return /** @type {Answer[]} */ (await Promise.race([Promise.all(answers), failed]));
  } finally {
    session.on('error', () => {});
    session.destroy();
  }
}

/**
 * @param {import('node:http2').ClientHttp2Session} session
 * @param {Record<string, string>} fields
 * @returns {Promise<Answer>}
 */
const http2Answer = (session, fields) =>
  new Promise((resolve, reject) => {
    const stream = session.request(fields);
    let body = '';
    let answer = { status: 0, fields: new Map() };
    stream.on('response', ({ ':status': status = 0, ...received }) => {
      answer = { status, fields: new Map(Object.entries(received)) };
    });
    stream.setEncoding('latin1').on('data', (/** @type {string} */ text) => (body += text));
    stream.once('end', () => resolve({ ...answer, body })).once('error', reject);
  });

/** @param {unknown} error of a connect; a unix socket has no file before it listens */
const isNotYetListening = (error) =>
  ['ECONNREFUSED', 'ENOENT'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '');

/**
 * Retries until the server answers.
 * @param {Address} address
 * @param {AbortSignal} signal ends the tries
 */
export async function firstAnswer(address, signal) {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await exchangeOnce(address, requestHead('small', address.port), 1);
    } catch (error) {
      if (!isNotYetListening(error)) throw error;
      await delay(1);
    }
  }
}

/** @param {Answer} answer */
function faultOf({ status, fields, body }) {
  if (status !== 200) return `answered with status ${status}`;
  if (body !== expectedBody) return `answered with the wrong content (${body.length} bytes)`;
  for (const name of ['content-type', 'content-length', 'date', 'server']) {
    if (!fields.has(name)) return `answered without the ${name} field`;
  }
  return fields.get('content-type')?.startsWith('text/plain') ? undefined : 'answered with another content-type';
}

/**
 * Checks that a subject does the measured work: correct responses to both heads, alone and pipelined.
 * @param {Address} address
 * @returns {Promise<string | undefined>} the fault, if any
 */
export async function faultOfSubject(address) {
  for (const name of /** @type {const} */ (['small', 'browser'])) {
    for (const depth of [1, 16]) {
      const answers = await exchangeOnce(address, requestHead(name, address.port).repeat(depth), depth);
      const fault = answers.map(faultOf).find((found) => found !== undefined);
      if (fault !== undefined) return fault;
      if (answers.length !== depth) return `gave ${answers.length} answers to ${depth} requests`;
    }
  }
  return undefined;
}
