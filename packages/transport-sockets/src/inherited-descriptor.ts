import type { Stats } from 'node:fs';
import { type Endpoint, TransportError, formatEndpoint } from '@windhover/connections';
import { fs } from './node-builtins.ts';

const kindOf = (stats: Stats): string => {
  if (stats.isFile()) return 'an ordinary file';
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isCharacterDevice()) return 'a terminal or another device';
  return 'something else';
};

/** The highest possible descriptor number. */
const highest = 2 ** 31 - 1;

/**
 * Whether the primary process listens for this process, so that descriptor numbers are those of the primary process.
 * Loads `node:cluster` by name, because an import would load the module in processes without workers too.
 */
export const isClusterWorker = (): boolean => process.getBuiltinModule('node:cluster').isWorker;

/**
 * Refuses a descriptor that is not a socket before Node.js takes it over, which would close it. In a worker of
 * `node:cluster` the number belongs to the primary process, which checks it itself.
 *
 * @throws TransportError `TRANSPORT_DESCRIPTOR_INVALID`
 */
export const checkDescriptor = (fd: number, endpoint: Endpoint): void => {
  const refuse = (detail: string, cause?: unknown): TransportError =>
    new TransportError('TRANSPORT_DESCRIPTOR_INVALID', formatEndpoint(endpoint), { detail, cause });
  if (!Number.isSafeInteger(fd) || fd < 0 || fd > highest)
    throw refuse('A descriptor must be an integer of at least 0');
  if (isClusterWorker()) return;
  let stats: Stats;
  try {
    stats = fs.fstatSync(fd);
  } catch (cause) {
    throw refuse(
      'This process has no open descriptor with this number: check which descriptors its parent passes',
      cause,
    );
  }
  if (!stats.isSocket())
    throw refuse(`It is ${kindOf(stats)}: check which descriptors the parent of this process passes`);
};
