// The work of the subjects `routes-…` as a Windhover handler.
import {
  download,
  gigabyte,
  gigabytePiece,
  gigabytePieces,
  greeting,
  idOf,
  jsonAnswer,
  paths,
  streamChunk,
  streamChunks,
} from './work.mjs';

/** @typedef {import('@windhover/http').HttpContext} Context */

/** @param {Context['response']} response @param {Uint8Array} piece @param {number} count */
async function pieces(response, piece, count) {
  response.contentType = 'text/plain';
  for (let sent = 0; sent < count; sent += 1) {
    const written = response.write(piece);
    if (written !== undefined) await written;
  }
}

/** @type {Record<string, (context: Context) => unknown>} */
const handlers = {
  [paths.json]: ({ request, response }) => response.json(jsonAnswer(idOf(request.target))),
  [paths.echo]: async ({ request, response }) => {
    response.contentType = 'text/plain';
    response.send(await request.bytes());
  },
  [paths.upload]: async ({ request, response }) => {
    for await (const _ of request.body);
    response.contentType = 'text/plain';
    response.send(greeting);
  },
  [paths.download]: ({ response }) => {
    response.contentType = 'text/plain';
    response.send(download);
  },
  [paths.stream]: ({ response }) => pieces(response, streamChunk, streamChunks),
  [paths.gigabyte]: ({ response }) => {
    response.headers.set('content-length', gigabyte);
    return pieces(response, gigabytePiece, gigabytePieces);
  },
};

/** @param {Context} context */
export function contextRoutes(context) {
  const { path } = context.request;
  if (Object.hasOwn(handlers, path)) return handlers[path]?.(context);
  context.response.contentType = 'text/plain';
  return context.response.send(greeting);
}
