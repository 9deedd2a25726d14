import { spawnSync } from 'node:child_process';

/** Of this process and of the server: standard streams, channels, modules being read. */
const spare = 500;

/**
 * How many connections a process may have open. Node raises the soft limit to the hard one as it starts, so the hard
 * one counts, here and in the server.
 */
export function connectionLimit() {
  if (process.platform === 'win32') return Infinity;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const limit = Number(stdout.trim());
  return Number.isNaN(limit) ? Infinity : Math.max(limit - spare, 100);
}
