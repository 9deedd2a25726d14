// The server of the soak tests, in its own process, which reports its memory on request. lib/subject.mjs starts it with
// the limits as JSON; it exits when that process does.
import { ConnectionSocketFeature } from '../../packages/connections/dist/index.js';
import { http1 } from '../../packages/http1/dist/index.js';
import { ServerAddressesFeature, WindhoverServer } from '../../packages/server/dist/index.js';
import { sockets } from '../../packages/transport-sockets/dist/index.js';
import { abortedHandlers, application } from './application.mjs';

/** @typedef {import('../../packages/connections/dist/index.js').Connection} Connection */

/** @type {{ limits: object, tracks: boolean }} */
const { limits, tracks } = JSON.parse(process.argv[2] ?? '{}');

/** @param {Map<string, number>} tally @param {string} name */
const count = (tally, name) => void tally.set(name, (tally.get(name) ?? 0) + 1);

/** @param {unknown} error */
const codeOf = (error) => /** @type {{ code?: string }} */ (error)?.code ?? String(error);

/** @type {Map<string, number>} */
const badRequests = new Map();
/** @type {Map<string, number>} */
const applicationErrors = new Map();
/** How connections ended: the code of the error, or `none`. @type {Map<string, number>} */
const closed = new Map();

// Only on request, because it would add to the memory of an idle connection.
/** @type {Set<Connection>} */
const open = new Set();
let totalRead = 0;
let mostRead = 0;

/** Open connections whose state is part of a sample. */
const mostShown = 4;

/** @param {Connection} connection */
const socketOf = (connection) => connection.features.require(ConnectionSocketFeature).socket;

const observer = {
  /** @param {Connection} connection @param {Error} [error] */
  closed(connection, error) {
    open.delete(connection);
    count(closed, error === undefined ? 'none' : codeOf(error));
    const { bytesRead } = socketOf(connection);
    totalRead += bytesRead;
    mostRead = Math.max(mostRead, bytesRead);
  },
};

const server = new WindhoverServer({
  transports: [sockets()],
  protocols: [http1()],
  limits,
  events: {
    badRequest: (error) => count(badRequests, codeOf(error)),
    applicationError: (error) => count(applicationErrors, codeOf(error)),
  },
});

server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, (options) => {
  if (!tracks) return;
  options.use((next) => (connection) => {
    open.add(connection);
    connection.onClosed(observer);
    return next(connection);
  });
});

/** Bytes that the sockets hold for sending, and bytes that were read from them. */
function socketTotals() {
  let read = totalRead;
  let most = mostRead;
  let queued = 0;
  let mostQueued = 0;
  for (const connection of open) {
    const socket = socketOf(connection);
    read += socket.bytesRead;
    most = Math.max(most, socket.bytesRead);
    queued += socket.writableLength;
    mostQueued = Math.max(mostQueued, socket.writableLength);
  }
  return { read, mostRead: most, queued, mostQueued };
}

/** The state of a connection in one line, for connections that should be closed. @param {Connection} connection */
function stateOf(connection) {
  const socket = socketOf(connection);
  const { bytesRead, bytesWritten, readableLength, writableLength } = socket;
  const states = [
    socket.readableEnded && 'peer has ended',
    socket.isPaused() && 'paused',
    socket.writableFinished ? 'ended' : socket.writableEnded && 'ending',
    socket.destroyed && 'destroyed',
  ].filter((state) => state !== false);
  return `${bytesRead} bytes read, ${readableLength} kept, ${bytesWritten} written, ${writableLength} queued, ${states.join(', ')}`;
}

const collect = /** @type {(options: object) => void} */ (/** @type {unknown} */ (globalThis.gc));

function sample() {
  // Memory of buffers that one collection has freed is counted until the next one.
  for (let pass = 0; pass < 2; pass++) collect({ type: 'major', execution: 'sync' });
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rss,
    held: heapUsed + external,
    // In KiB everywhere (libuv).
    highestRss: process.resourceUsage().maxRSS * 1024,
    connections: server.connectionCount,
    badRequests: Object.fromEntries(badRequests),
    applicationErrors: Object.fromEntries(applicationErrors),
    abortedHandlers: Object.fromEntries(abortedHandlers),
    closed: Object.fromEntries(closed),
    open: [...open].slice(0, mostShown).map(stateOf),
    ...socketTotals(),
  };
}

/** Resets the counters. */
function forget() {
  for (const tally of [badRequests, applicationErrors, abortedHandlers, closed]) tally.clear();
  totalRead = 0;
  mostRead = 0;
}

process.on('message', (/** @type {{ id: number, forgets: boolean }} */ { id, forgets }) => {
  if (forgets) forget();
  process.send?.({ id, sample: sample() });
});
process.on('disconnect', () => process.exit());

await server.start(application);
const [address] = server.features.require(ServerAddressesFeature).addresses;
process.send?.({ port: Number(new URL(String(address)).port) });
