// The work of the subjects `routes-…` as a Windhover application that uses the features directly: no pipeline, no
// HttpContext.
import {
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
} from '@windhover/http';
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

/** @typedef {import('@windhover/features').FeatureCollection} Features */

/** @param {Features} features @param {Uint8Array} piece @param {number} count */
async function pieces(features, piece, count) {
  const body = features.require(HttpResponseBodyFeature);
  for (let sent = 0; sent < count; sent += 1) if (!body.write(piece)) await body.drained();
  body.end();
}

/** @param {Features} features @param {(piece: Uint8Array) => void} use */
async function readAll(features, use) {
  const body = features.require(HttpRequestBodyFeature);
  for (;;) {
    const read = body.read();
    const piece = read instanceof Promise ? await read : read;
    if (piece === undefined) return;
    use(piece);
  }
}

/** @param {Features} features @param {string | Uint8Array} content */
function answer(features, content, type = 'text/plain') {
  features.require(HttpResponseFeature).headers.set('content-type', type);
  features.require(HttpResponseBodyFeature).end(content);
}

/** @type {Record<string, (features: Features) => unknown>} */
const handlers = {
  [paths.echo]: async (features) => {
    /** @type {Uint8Array[]} */
    const parts = [];
    await readAll(features, (piece) => parts.push(piece));
    answer(features, parts.length === 1 ? parts[0] : Buffer.concat(parts));
  },
  [paths.upload]: async (features) => {
    await readAll(features, () => {});
    answer(features, greeting);
  },
  [paths.download]: (features) => answer(features, download),
  [paths.stream]: (features) => {
    features.require(HttpResponseFeature).headers.set('content-type', 'text/plain');
    return pieces(features, streamChunk, streamChunks);
  },
  [paths.gigabyte]: (features) => {
    const { headers } = features.require(HttpResponseFeature);
    headers.set('content-type', 'text/plain');
    headers.set('content-length', gigabyte);
    return pieces(features, gigabytePiece, gigabytePieces);
  },
};

/** @type {import('@windhover/http').HttpApplication<Features>} */
export const featureRoutes = {
  createContext: (features) => features,
  processRequest: (features) => {
    const { rawTarget } = features.require(HttpRequestFeature);
    if (rawTarget.startsWith(paths.json))
      return answer(features, JSON.stringify(jsonAnswer(idOf(rawTarget))), 'application/json');
    if (Object.hasOwn(handlers, rawTarget)) return handlers[rawTarget]?.(features);
    return answer(features, greeting);
  },
  disposeContext: () => {},
};
