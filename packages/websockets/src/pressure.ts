/** Bytes waiting for the peer from which it does not keep up. */
export const pressure: number = 64 * 1024;
