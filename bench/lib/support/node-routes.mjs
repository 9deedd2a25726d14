// The work of the subjects `routes-…` as a `node:http` handler.
import { once } from 'node:events';
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

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

/** @param {Response} response @param {string | Uint8Array} content */
function answer(response, content, type = 'text/plain') {
  response.writeHead(200, { 'content-type': type, 'content-length': content.length, server: 'windhover' });
  response.end(content);
}

/** @param {Response} response @param {Uint8Array} piece @param {number} count */
async function pieces(response, piece, count) {
  for (let sent = 0; sent < count; sent += 1) if (!response.write(piece)) await once(response, 'drain');
  response.end();
}

/** @type {Record<string, (request: Request, response: Response) => unknown>} */
const handlers = {
  [paths.echo]: (request, response) => {
    /** @type {Buffer[]} */
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => answer(response, parts.length === 1 ? parts[0] : Buffer.concat(parts)));
  },
  [paths.upload]: (request, response) => {
    request.on('data', () => {});
    request.on('end', () => answer(response, greeting));
  },
  [paths.download]: (_request, response) => answer(response, download),
  [paths.stream]: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', server: 'windhover' });
    return pieces(response, streamChunk, streamChunks);
  },
  [paths.gigabyte]: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': gigabyte, server: 'windhover' });
    return pieces(response, gigabytePiece, gigabytePieces);
  },
};

/** @param {Request} request @param {Response} response */
export function nodeRoutes(request, response) {
  const url = request.url ?? '/';
  if (request.headers.connection !== 'close') response.removeHeader('connection');
  if (url.startsWith(paths.json)) answer(response, JSON.stringify(jsonAnswer(idOf(url))), 'application/json');
  else if (Object.hasOwn(handlers, url)) handlers[url]?.(request, response);
  else answer(response, greeting);
}
