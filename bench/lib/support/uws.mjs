import { fileURLToPath } from 'node:url';
import { becomeProgram, peerFolder } from './peer.mjs';

/** Replaces this process with uWebSockets.js on the Node.js that its binaries need. Does not return. */
export function becomeUws() {
  const server = fileURLToPath(new URL('../peers/uws-server.cjs', import.meta.url));
  const folder = peerFolder('@trufflesuite/uws-js-unofficial');
  becomeProgram(`node-${process.platform}-${process.arch}`, 'node-*/bin/node', [server], { UWS_FOLDER: folder });
}
