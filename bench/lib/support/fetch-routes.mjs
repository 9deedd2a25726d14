// The work of the subjects `routes-…` as a fetch handler; runs on Node, Bun and Deno.
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

/** @param {string | ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream} content @param {number} [length] absent: not announced */
const answer = (content, length, type = 'text/plain') =>
  new Response(content, {
    headers: {
      'content-type': type,
      server: 'windhover',
      ...(length === undefined ? {} : { 'content-length': String(length) }),
    },
  });

/** @param {Uint8Array<ArrayBuffer>} piece @param {number} count */
function pieces(piece, count) {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent === count) return controller.close();
      sent += 1;
      controller.enqueue(piece);
    },
  });
}

/** @param {Request} request */
async function upload(request) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (request.body).getReader();
  while (!(await reader.read()).done);
  return answer(greeting, greeting.length);
}

/** @param {Request} request */
async function echo(request) {
  const content = await request.arrayBuffer();
  return answer(content, content.byteLength);
}

/** @param {string} target */
function json(target) {
  const content = JSON.stringify(jsonAnswer(idOf(target)));
  return answer(content, content.length, 'application/json');
}

/** @type {Record<string, (request: Request) => Response | Promise<Response>>} */
const handlers = {
  [paths.echo]: echo,
  [paths.upload]: upload,
  [paths.download]: () => answer(download, download.length),
  [paths.stream]: () => answer(pieces(streamChunk, streamChunks)),
  [paths.gigabyte]: () => answer(pieces(gigabytePiece, gigabytePieces), gigabyte),
};

/** @param {Request} request @returns {Response | Promise<Response>} */
export function fetchRoutes(request) {
  const target = request.url.slice(request.url.indexOf('/', 'http://'.length));
  if (target.startsWith(paths.json)) return json(target);
  if (Object.hasOwn(handlers, target)) return handlers[target](request);
  return answer(greeting, greeting.length);
}
