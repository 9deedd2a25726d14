import { Buffer } from 'node:buffer';

/**
 * Copies bytes into memory of exactly their size, for a receiver that keeps them. `Buffer.from` and `Buffer.concat` use a
 * pool for few bytes: such a copy would keep the pool in memory, and its `buffer` would show bytes of other clients.
 */
export const ownCopy = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  // Not `copy`, which moves the bytes of a small array from the JavaScript heap to separate memory.
  copy.set(bytes);
  return copy;
};
