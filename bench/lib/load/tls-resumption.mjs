import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { connect } from 'node:tls';
import { requestHead } from './heads.mjs';

/** @param {number} port @param {Buffer} [session] */
const open = (port, session) =>
  connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], session });

/** Opens one connection with one request and waits for its end. @param {number} port @param {Buffer} [session] */
async function request(port, session) {
  const socket = open(port, session);
  /** @type {Buffer | undefined} */
  let ticket;
  let isResumed = false;
  socket.on('secureConnect', () => (isResumed = socket.isSessionReused()));
  socket.on('session', (given) => (ticket = given)).resume();
  const closed = once(socket, 'close');
  socket.write(requestHead('closing', port));
  await closed;
  return { ticket, isResumed };
}

/**
 * Opens TLS connections that resume an earlier session, `width` at a time, with one GET on each.
 * @param {number} port
 * @param {number} width
 * @param {number} seconds
 * @returns {Promise<import('./wrk.mjs').WrkResult>} an error for each connection that was not resumed
 */
export async function resumeFor(port, width, seconds) {
  const { ticket } = await request(port);
  if (ticket === undefined) throw new Error('gave no session to resume');
  const begun = performance.now();
  let requests = 0;
  let errors = 0;
  const again = async () => {
    while (performance.now() - begun < seconds * 1000) {
      const { isResumed } = await request(port, ticket);
      requests += 1;
      if (!isResumed) errors += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, again));
  const elapsed = (performance.now() - begun) / 1000;
  return { requests, seconds: elapsed, requestsPerSecond: requests / elapsed, errors };
}
