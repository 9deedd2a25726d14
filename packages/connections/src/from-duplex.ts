import type { Duplex } from 'node:stream';
import type { Connection } from './connection.ts';
import { StreamConnection } from './stream-connection.ts';

/**
 * Makes a connection of a Node stream: a `TLSSocket`, one side of `duplexPair`, a WebSocket stream.
 *
 * `abort` destroys the stream with the reason; whether the peer can distinguish that from an end depends on the stream.
 * The high-water marks are those of the stream.
 *
 * @param duplex in byte mode and without an encoding, with the default `autoDestroy` and `emitClose`; no other
 *   code may read or write it
 * @throws TypeError for a stream of objects or of text
 */
export const fromDuplex = (duplex: Duplex): Connection => {
  if (duplex.readableObjectMode || duplex.writableObjectMode || duplex.readableEncoding !== null) {
    throw new TypeError(
      'fromDuplex needs a stream of bytes; received one in object mode or with an encoding (setEncoding)',
    );
  }
  return new StreamConnection(duplex);
};
