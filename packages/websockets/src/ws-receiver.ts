/**
 * The members of the receiver of `ws`, a `Writable`, that are used here. None of them is documented: code that uses them must
 * leave the WebSocket working if a later version of `ws` has other members.
 */
export interface WsReceiver {
  /** Whether messages are emitted in the same turn of the event loop. Read for each message. */
  _allowSynchronousEvents: boolean;
  /** Whether the peer has violated the protocol or a limit. */
  readonly _errored: boolean;
  /** The part of a frame that is expected: 0 for its first two bytes. */
  readonly _state: number;
  /** The opcode of a message in fragments that is not complete, or 0. */
  readonly _fragmented: number;
  /** Received bytes that have not been parsed, and the chunks that hold them. */
  _bufferedBytes: number;
  readonly _buffers: Buffer[];
  readonly _payloadLength: number;
  /** The mask of the frame whose payload is expected. */
  _mask: Buffer | undefined;
  /** Takes bytes out of the chunks; they must have been received. */
  consume(size: number): Buffer;
  /** Reads the payload of a frame if it has been received. */
  getData(callback: Callback): void;
  _write(chunk: Buffer, encoding: BufferEncoding, callback: Callback): void;
}

type Callback = (error?: Error | null) => void;

const prototypeOf = (receiver: WsReceiver): WsReceiver => Object.getPrototypeOf(receiver) as WsReceiver;

/** For all receivers, so that a WebSocket needs no closure. */
function writeUnlessErrored(this: WsReceiver, ...[chunk, encoding, callback]: Parameters<WsReceiver['_write']>): void {
  if (this._errored) return callback();
  prototypeOf(this)._write.call(this, chunk, encoding, callback);
}

/** For all receivers. */
function unmaskAndGetData(this: WsReceiver, callback: Callback): void {
  if (this._payloadLength >= worthWords && this._bufferedBytes >= this._payloadLength) unmaskPayload(this);
  prototypeOf(this).getData.call(this, callback);
}

/**
 * Changes two things in a receiver.
 *
 * - It drops everything after an error. Chunks wait in its stream while a message is inflated or deferred, and Node.js writes
 *   all of them in one turn, even after one has failed. `ws` would read the next one in the state of the failed frame, whose
 *   mask is missing: the TypeError would end the process.
 * - It unmasks four bytes at a time. `ws` unmasks single bytes, which is most of its work for a message of 16 KiB.
 *
 * A receiver that lacks a member which one of them needs is left as it is in this respect.
 */
export const improve = (receiver: WsReceiver): void => {
  receiver._write = writeUnlessErrored;
  if (membersOfPayload.every((name) => name in receiver)) receiver.getData = unmaskAndGetData;
};

/**
 * Whether a part of a frame, or of a message in fragments, has been received, and the rest has not. A receiver without these
 * members is in no message.
 */
export const isInMessage = (receiver: WsReceiver): boolean =>
  receiver._state > 0 || receiver._bufferedBytes > 0 || isInFragments(receiver);

/** Whether a fragment of a message has been received, and the final one has not. */
export const isInFragments = ({ _fragmented }: WsReceiver): boolean => _fragmented > 0;

// Masks

/** Bytes from which the words are worth their view. */
const worthWords = 256;

/** The members without which `ws` unmasks. */
const membersOfPayload = [
  '_payloadLength',
  '_bufferedBytes',
  '_buffers',
  '_mask',
  'consume',
  'getData',
] as const satisfies readonly (keyof WsReceiver)[];

/** With this mask `ws` leaves a payload unchanged. */
const noMask = Buffer.alloc(4);

const maskBytes = new Uint8Array(4);
const maskWord = new Int32Array(maskBytes.buffer);

const unmaskPayload = (receiver: WsReceiver): void => {
  const payload = receiver.consume(receiver._payloadLength);
  unmask(payload, receiver._mask!);
  receiver._buffers.unshift(payload);
  receiver._bufferedBytes += payload.length;
  receiver._mask = noMask;
};

/** Source: RFC 6455 section 5.3 */
const unmask = (payload: Buffer, mask: Buffer): void => {
  const { buffer, byteOffset, length } = payload;
  const start = -byteOffset & 3;
  const words = new Int32Array(buffer, byteOffset + start, (length - start) >> 2);
  for (let at = 0; at < 4; at++) maskBytes[at] = mask[(start + at) & 3]!;
  const word = maskWord[0]!;
  for (let at = 0; at < words.length; at++) words[at]! ^= word;
  unmaskBytes(payload, mask, 0, start);
  unmaskBytes(payload, mask, start + words.length * 4, length);
};

const unmaskBytes = (payload: Buffer, mask: Buffer, start: number, end: number): void => {
  for (let at = start; at < end; at++) payload[at]! ^= mask[at & 3]!;
};
