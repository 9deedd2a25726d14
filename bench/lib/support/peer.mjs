// Peers that are not installed with the workspace because of their size: other runtimes and native servers. Their
// versions are pinned under "peers" in bench/package.json; npm installs them on first use.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, workspaceFolder } from './cache-folder.mjs';

const { peers } = JSON.parse(readFileSync(join(workspaceFolder, 'bench', 'package.json'), 'utf8'));

/** Ends this process with the exit code for a skipped subject. @param {string} reason */
export function skip(reason) {
  console.error(reason);
  return process.exit(77);
}

/**
 * Installs a package in its own folder and moves the result into place, so that an interrupted install leaves no
 * partial result, and concurrent installs do not conflict.
 * @param {string} name
 * @param {string} version
 * @param {string} folder
 */
function install(name, version, folder) {
  mkdirSync(join(folder, '..'), { recursive: true });
  const made = mkdtempSync(`${folder}-install-`);
  try {
    writeFileSync(join(made, 'package.json'), '{ "private": true }');
    const flags = ['--prefix', made, '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', ['install', ...flags, `${name}@${version}`], { stdio: 'ignore' });
    if (status !== 0) skip(`${name}@${version} cannot be installed here (npm install failed)`);
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/**
 * The `node_modules` folder of a peer. If the peer is not available, this process ends as skipped.
 * @param {string} name as in `peers` of bench/package.json
 */
export function peerFolder(name) {
  const version = peers[name];
  if (version === undefined) return skip(`bench/package.json pins no version of ${name}`);
  const folder = join(cacheFolder, 'peers', `${name.replace('/', '-')}-${version}`);
  if (!existsSync(folder)) install(name, version, folder);
  return join(folder, 'node_modules');
}

/**
 * Replaces this process with a program of a peer, so that the bench measures only that program. Does not return.
 * @param {string} name of the peer
 * @param {string} pattern of the program's file in `node_modules`
 * @param {string[]} args
 * @param {Record<string, string>} [variables] of the environment
 */
export function becomeProgram(name, pattern, args, variables = {}) {
  const folder = peerFolder(name);
  const [found] = globSync(pattern, { cwd: folder });
  if (found === undefined) return skip(`${name} has no program for ${process.platform} on ${process.arch}`);
  if (process.execve === undefined) return skip('this Node.js has no process.execve');
  const file = join(folder, found);
  const { NODE_CHANNEL_FD: _, ...environment } = process.env;
  return process.execve(file, [file, ...args], { ...environment, ...variables });
}
