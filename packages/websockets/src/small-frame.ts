/** Maximum size in bytes of a message that is copied after its frame head, so that one write is enough. */
export const largestSmallMessage = 4 * 1024;

const opcodes = { text: 1, binary: 2 } as const;
const finalFragment = 0x80;
/** Length value that announces two bytes with the real length. */
const longLength = 126;

/**
 * Makes one server frame with a whole message, as one buffer.
 *
 * @param message at most `largestSmallMessage` bytes
 * @param size the size of the message in bytes
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
