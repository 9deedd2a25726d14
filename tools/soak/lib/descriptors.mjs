import { spawnSync } from 'node:child_process';

/** Descriptors reserved for other uses of this process and the server: standard streams, channels, modules being read. */
const spare = 500;

/**
 * Maximum number of open connections of a process. Node raises the soft limit to the hard limit at startup, so the hard
 * limit counts.
 */
export function connectionLimit() {
  if (process.platform === 'win32') return Infinity;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const limit = Number(stdout.trim());
  return Number.isNaN(limit) ? Infinity : Math.max(limit - spare, 100);
}
