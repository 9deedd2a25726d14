/** Options of the memory transport and of `connectionPair`. */
export interface MemoryTransportOptions {
  /** Bytes queued in one direction from which `write` returns false; at least 1. */
  readonly highWaterMark: number;
}

export const memoryTransportDefaults: MemoryTransportOptions = {
  highWaterMark: 64 * 1024, // bytes; as Kestrel MaxWriteBufferSize
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when `highWaterMark` is not an integer of at least 1
 */
export const resolveMemoryTransportOptions = (given: Partial<MemoryTransportOptions> = {}): MemoryTransportOptions => {
  const options = { ...memoryTransportDefaults, ...given };
  if (!Number.isSafeInteger(options.highWaterMark) || options.highWaterMark < 1) {
    throw new RangeError(`highWaterMark must be an integer of at least 1; received ${options.highWaterMark}.`);
  }
  return options;
};
