// The contract server of README.md as an application: it runs on any server that provides HTTP features to a handler.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpUpgradeFeature, pipelineApplication } from '../../packages/http/dist/index.js';

/** Joins repeated names, under their lower-case name. Uses a `Map` first, because a field may be called `__proto__`. */
const fieldsAsObject = (fields) => {
  const joined = new Map();
  for (const [name, value] of fields ?? []) {
    const key = name.toLowerCase();
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
};

/** Handles any path: reads the whole body and returns a description of the request. */
const echo = async ({ request, response }) => {
  const hash = createHash('sha256');
  let bodyLength = 0;
  for await (const piece of request.body) {
    hash.update(piece);
    bodyLength += piece.length;
  }
  response.json({
    method: request.method,
    target: request.target,
    headers: fieldsAsObject(request.headers),
    bodyLength,
    bodySha256: hash.digest('hex'),
    trailers: fieldsAsObject(request.trailers),
  });
};

/** Streams pieces without a Content-Length. */
const stream = async ({ request, response }) => {
  const { query } = request;
  const piece = 'a'.repeat(Number(query.get('size')));
  for (let left = Number(query.get('n')); left > 0; left--) await response.write(piece);
  response.end();
};

const slow = async (context) => {
  await delay(Number(context.request.query.get('ms')));
  await echo(context);
};

const offersEcho = ({ request }) =>
  (request.headers.get('upgrade') ?? '').split(',').some((protocol) => protocol.trim().toLowerCase() === 'echo');

/** Echoes bytes until the peer ends. */
const echoBytes = (connection) =>
  new Promise((resolve) => {
    connection.start({
      received: (bytes) => {
        if (!connection.write(bytes)) connection.pause();
      },
      drained: () => connection.resume(),
      ended: () => connection.end(),
      closed: () => resolve(),
    });
  });

const upgrade = (context) => {
  const feature = context.features.get(HttpUpgradeFeature);
  if (feature === undefined || !feature.isUpgradableRequest || !offersEcho(context)) return echo(context);
  return echoBytes(feature.upgrade('echo'));
};

const mebibyte = 1024 * 1024;

/** Test suites for WebSockets send long messages in small pieces. */
const webSocketOptions = {
  maxMessageSize: 17 * mebibyte,
  maxFragments: mebibyte,
  maxBufferedChunks: mebibyte,
  maxBufferedAmount: 64 * mebibyte,
};

/** Echoes every message with its type. */
const echoMessages = (deflate) => {
  const options = { ...webSocketOptions, deflate };
  return async (context) => {
    // Loaded on the first WebSocket request, so that other runs do not load it.
    const { acceptWebSocket } = await import('../../packages/websockets/dist/index.js');
    const socket = acceptWebSocket(context, options);
    socket?.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  };
};

const paths = {
  '/stream': stream,
  '/early': ({ response }) => response.send('early'),
  '/slow': slow,
  '/boom': () => {
    throw new Error('as the contract asks');
  },
  '/upgrade': upgrade,
};

export const contractWith = ({ deflate = false } = {}) => {
  const handlers = { ...paths, '/ws': echoMessages(deflate) };
  return (context) => {
    const { request, response } = context;
    if (request.method === 'CONNECT') {
      // Tunnels are not supported here (RFC 9110 15.6.2).
      response.statusCode = 501;
      return response.end();
    }
    if (request.target === '*') return response.end();
    return (handlers[request.path] ?? echo)(context);
  };
};

export const contract = contractWith();

export const contractApplication = pipelineApplication(contract);
