import { Buffer } from 'node:buffer';

/** The same bytes as a Buffer, not copied: what finds and decodes in them natively is a method of that class. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
