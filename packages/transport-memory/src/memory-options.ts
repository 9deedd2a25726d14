import { resolveOptions } from '@windhover/connections';

/** Options of the memory transport and of `connectionPair`. */
export interface ResolvedMemoryTransportOptions {
  /** Bytes queued in one direction from which `write` returns false; at least 1. */
  readonly highWaterMark: number;
}

/** The options as the caller passes them: all are optional. See `ResolvedMemoryTransportOptions` for their meaning. */
export type MemoryTransportOptions = Partial<ResolvedMemoryTransportOptions>;

export const memoryTransportDefaults: ResolvedMemoryTransportOptions = {
  highWaterMark: 64 * 1024, // bytes; as Kestrel MaxWriteBufferSize
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when `highWaterMark` is not an integer of at least 1
 */
export const resolveMemoryTransportOptions = (given: MemoryTransportOptions = {}): ResolvedMemoryTransportOptions => {
  const options = resolveOptions('MemoryTransport', memoryTransportDefaults, given);
  if (!Number.isSafeInteger(options.highWaterMark) || options.highWaterMark < 1) {
    throw new RangeError(`highWaterMark must be an integer of at least 1; received ${options.highWaterMark}.`);
  }
  return options;
};
