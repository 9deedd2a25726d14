import type { Connection } from '@windhover/connections';
import { MemoryConnection } from './memory-connection.ts';
import { type MemoryTransportOptions, resolveMemoryTransportOptions } from './memory-options.ts';

/**
 * Two connected connections without a transport. Bytes that one writes are received by the other in a later turn of the
 * event loop.
 *
 * @throws RangeError when an option is out of range
 */
export const connectionPair = (options?: MemoryTransportOptions): [Connection, Connection] => {
  const { highWaterMark } = resolveMemoryTransportOptions(options);
  return MemoryConnection.pair(
    [
      { kind: 'memory', name: 'pair-first' },
      { kind: 'memory', name: 'pair-second' },
    ],
    [highWaterMark, highWaterMark],
  );
};
