// The application of the soak server: one path for each way in which a handler can treat its request and its response.
import { setImmediate as turn } from 'node:timers/promises';
import { HttpResponseBodyFeature, pipelineApplication } from '../../packages/http/dist/index.js';

/** @typedef {import('../../packages/http/dist/index.js').HttpContext} HttpContext */

/** Aborted handlers by path. @type {Map<string, number>} */
export const abortedHandlers = new Map();

const pieceSize = 64 * 1024;
export const downloadSize = 4 * 1024 ** 3;

/**
 * @param {HttpContext} context
 * @returns {Promise<void>}
 */
const peerGone = (context) =>
  new Promise((resolve) => {
    const { path } = context.request;
    const told = () => {
      abortedHandlers.set(path, (abortedHandlers.get(path) ?? 0) + 1);
      resolve();
    };
    if (context.signal.aborted) told();
    else context.signal.addEventListener('abort', told, { once: true });
  });

/**
 * Sends as fast as the peer reads, each piece in new memory, so that queued bytes are visible in the figures. @param
 * {HttpContext} context
 */
async function download({ request, response }) {
  const size = Number(request.query.get('size') ?? downloadSize);
  response.headers.set('content-length', String(size));
  for (let left = size; left > 0; left -= pieceSize) {
    await response.write(Buffer.alloc(Math.min(left, pieceSize), 'x'));
  }
}

/** @param {HttpContext} context */
async function stream({ request, response }) {
  let size = 0;
  for await (const piece of request.body) size += piece.length;
  response.send(String(size));
}

/** @type {Record<string, (context: HttpContext) => void | Promise<void>>} */
const paths = {
  // Reads nothing and ends only when the peer disconnects.
  '/never': peerGone,
  // Responds without reading the content.
  '/early': ({ response }) => response.send('early'),
  '/collect': async ({ request, response }) => response.send(String((await request.bytes()).length)),
  '/stream': stream,
  '/download': download,
  // Responds some turns of the event loop later.
  '/later': async ({ request, response }) => {
    await turn();
    response.send(request.target);
  },
  // Content of 16 KiB, which a handler may send at once without waiting for the client.
  '/page': ({ response }) => response.send(page),
};

const page = Buffer.alloc(16 * 1024, 'p');

/** Other paths are echoed at once. */
export const application = pipelineApplication((context) => {
  const handler = paths[context.request.path];
  if (handler !== undefined) return handler(context);
  context.features.require(HttpResponseBodyFeature).end(context.request.target);
});
