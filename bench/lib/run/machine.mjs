import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { h2loadVersion } from '../load/h2load.mjs';
import { workspaceFolder } from '../support/cache-folder.mjs';
import { hasAccounting } from './accounting.mjs';

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** The first line that a program prints, if it is installed. @param {string} program @param {string[]} args */
const says = (program, args) => spawnSync(program, args, { encoding: 'utf8' }).stdout?.split('\n')[0] || undefined;

/** Versions of the peers, installed or pinned. */
function peerVersions() {
  const folder = join(workspaceFolder, 'bench');
  const { dependencies, peers } = readJson(join(folder, 'package.json'));
  const installed = Object.keys(dependencies)
    .filter((name) => !dependencies[name].startsWith('workspace:'))
    .map((name) => [name, readJson(join(folder, 'node_modules', name, 'package.json')).version]);
  return { ...Object.fromEntries(installed), ...peers };
}

/**
 * Describes how a figure was measured: machine, versions, date, command and settings.
 * @param {{ wrk: string | undefined, pinning: import('./pinning.mjs').Pinning, options:
 *   import('../options.mjs').Options }} run
 */
export const describeMachine = ({ wrk, pinning, options }) => ({
  date: new Date().toISOString(),
  command: ['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
  commit: says('git', ['-C', workspaceFolder, 'rev-parse', '--short', 'HEAD']),
  machine: {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: `${type()} ${release()}`,
  },
  node: process.version,
  wrk,
  h2load: h2loadVersion(),
  dotnet: says('dotnet', ['--version']),
  peers: peerVersions(),
  pinning,
  accounting: hasAccounting ? 'run time of all threads, from /proc' : 'none: CPU and memory need /proc (Linux)',
  settings: {
    rounds: options.rounds,
    seconds: options.seconds,
    warmUpSeconds: options.warmUp,
    connections: options.connections,
  },
});

/** @typedef {ReturnType<typeof describeMachine>} About */
