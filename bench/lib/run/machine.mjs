import { availableParallelism, cpus, release, type } from 'node:os';
import { hasAccounting } from './accounting.mjs';
import { warmUpSeconds } from '../scenarios/scenarios.mjs';

/**
 * What a figure is worth nothing without: where, with what, when and how it was measured.
 * @param {{ wrk: string | undefined, pinning: import('./pinning.mjs').Pinning, options: import('../options.mjs').Options }} run
 */
export const describeMachine = ({ wrk, pinning, options }) => ({
  date: new Date().toISOString(),
  command: ['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
  machine: {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: `${type()} ${release()}`,
  },
  node: process.version,
  wrk,
  pinning,
  accounting: hasAccounting ? 'run time of all threads, from /proc' : 'none: CPU and memory need /proc (Linux)',
  settings: {
    rounds: options.rounds,
    seconds: options.seconds,
    warmUpSeconds,
    connections: options.connections,
  },
});

/** @typedef {ReturnType<typeof describeMachine>} About */
