/** The members of the receiver of `ws`, a `Writable`, that are used here. None of them is documented. */
export interface WsReceiver {
  /** Whether messages are emitted in the same turn of the event loop. Read for each message. */
  _allowSynchronousEvents: boolean;
  /** Whether the peer has violated the protocol or a limit. */
  readonly _errored: boolean;
  _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void;
}

/** For all receivers, so that a WebSocket needs no closure. */
function writeUnlessErrored(this: WsReceiver, ...[chunk, encoding, callback]: Parameters<WsReceiver['_write']>): void {
  if (this._errored) return callback();
  (Object.getPrototypeOf(this) as WsReceiver)._write.call(this, chunk, encoding, callback);
}

/**
 * Makes a receiver drop everything after an error. Chunks wait in its stream while a message is inflated or deferred, and
 * Node.js writes all of them in one turn, even after one has failed. `ws` would read the next one in the state of the
 * failed frame, whose mask is missing: the TypeError would end the process.
 */
export const refuseAfterError = (receiver: WsReceiver): void => {
  receiver._write = writeUnlessErrored;
};
