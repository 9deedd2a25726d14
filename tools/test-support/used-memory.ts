import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage.
 *
 * @returns bytes of the heap and of memory outside of it that belongs to objects; a part of the latter is freed by another
 *   thread after the collection, so a check of an upper limit has to wait for it
 */
export const usedMemory = (): number => {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
