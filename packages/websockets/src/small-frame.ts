/** Up to this many bytes, a message is worth copying behind its head: two writes become one. */
export const largestSmallMessage = 4 * 1024;

const opcodes = { text: 1, binary: 2 } as const;
const finalFragment = 0x80;
/** Stands where a length is that has two bytes of its own. */
const longLength = 126;

/**
 * One frame of a server with a whole message, in one piece.
 *
 * @param message at most `largestSmallMessage` bytes
 * @param size of the message in bytes
 * Source: RFC 6455 section 5.2
 */
export const smallFrame = (message: string | Uint8Array, size: number, isBinary: boolean): Buffer => {
  const start = size < longLength ? 2 : 4;
  const frame = Buffer.allocUnsafe(start + size);
  frame[0] = finalFragment | (isBinary ? opcodes.binary : opcodes.text);
  frame[1] = Math.min(size, longLength);
  if (start === 4) frame.writeUInt16BE(size, 2);
  if (typeof message === 'string') frame.write(message, start);
  else frame.set(message, start);
  return frame;
};
