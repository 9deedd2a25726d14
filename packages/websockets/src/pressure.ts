/** A peer for which more bytes than this are waiting does not keep up. */
export const pressure: number = 64 * 1024;
