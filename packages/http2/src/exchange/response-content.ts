import { Buffer } from 'node:buffer';

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/** Longer text is encoded by the engine. */
const longestText = 4096;

/** Content as it is counted and sent: bytes, or short text of ASCII alone. */
export const wireContent = (content: Uint8Array | string): Uint8Array | string =>
  typeof content !== 'string' || (content.length <= longestText && isAscii(content)) ? content : Buffer.from(content);
