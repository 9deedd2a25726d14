// The application of the HTTP/2 subjects, a Windhover application that uses the features directly.
import {
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
} from '@windhover/http';
import { largePath, downloadPath } from '../load/heads.mjs';

const greeting = 'Hello, World!';
export const download = Buffer.alloc(100 * 1024, 'x');
const piece = Buffer.alloc(256 * 1024, 'x');
/** Pieces of the large download: 64 MiB. */
export const largePieces = 256;

/** @param {import('@windhover/features').FeatureCollection} features */
async function upload(features) {
  const body = features.require(HttpRequestBodyFeature);
  for (;;) {
    const read = body.read();
    if ((read instanceof Promise ? await read : read) === undefined) break;
  }
  features.require(HttpResponseBodyFeature).end(greeting);
}

/** @param {HttpResponseBodyFeature} body */
async function sendLarge(body) {
  for (let sent = 0; sent < largePieces; sent += 1) if (!body.write(piece)) await body.drained();
  body.end();
}

/** @type {import('@windhover/http').HttpApplication<import('@windhover/features').FeatureCollection>} */
export const application = {
  createContext: (features) => features,
  processRequest: (features) => {
    const { method, rawTarget } = features.require(HttpRequestFeature);
    const { headers } = features.require(HttpResponseFeature);
    headers.set('content-type', 'text/plain');
    if (method === 'POST') return upload(features);
    const body = features.require(HttpResponseBodyFeature);
    if (rawTarget === largePath) {
      headers.set('content-length', piece.length * largePieces);
      return sendLarge(body);
    }
    return body.end(rawTarget === downloadPath ? download : greeting);
  },
  disposeContext: () => {},
};
