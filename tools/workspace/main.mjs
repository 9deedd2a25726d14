// The commands that `package.json` lists: `npm start`, `npm test`, `npm run docs` and others. Runs on Node 20 or later
// with npm; it installs everything else (pnpm, Node 26, the tools).
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './repository.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = join(root, 'node_modules', '.bin');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const windows = process.platform === 'win32';
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The environment of every step; the workspace's Node and tools come first in the path. */
const environment = { ...process.env, PATH: bin + delimiter + process.env.PATH, TURBO_TELEMETRY_DISABLED: '1' };

const say = (text) => console.log(`windhover: ${text}`);

/** Runs one step in the foreground. If it fails, this process exits with its exit code. */
function run(title, command, args, env = environment) {
  say(title);
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: windows,
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    say(`${title}: failed (${signal ?? `exit code ${status}`})`);
    process.exit(status ?? 1);
  }
}

/** Key of the installed dependencies: a change of these files requires a new installation. */
function installKey() {
  const hash = createHash('sha256');
  const manifests = ['packages', 'bench', '.']
    .flatMap((folder) =>
      folder === 'packages' ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : [folder],
    )
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function install() {
  const stamp = join(root, 'node_modules', '.windhover-install');
  const key = installKey();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  run(`installing with ${manifest.packageManager} (some minutes the first time)`, 'npx', [
    '--yes',
    manifest.packageManager,
    'install',
    '--frozen-lockfile',
  ]);
  writeFileSync(stamp, key);
}

function build() {
  run('building the packages that have changed since the last build (all of them take some minutes)', 'turbo', [
    'run',
    'build',
    '--output-logs=errors-only',
  ]);
}

function test() {
  run('checking the format', 'pnpm', ['run', 'check:format']);
  run('linting', 'pnpm', ['run', 'lint']);
  run('checking the types', 'pnpm', ['run', 'check:types']);
  build();
  const folder = join(root, 'node_modules', '.cache', 'windhover');
  const report = join(folder, 'tests.json');
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  run('running the tests', 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(3),
  ]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}

/** The oldest supported Node.js and the newest of each line, for `npm run test:node` without arguments. */
const supportedNodes = ['22.12', '22', '24'];

/** Installs the npm package `node`, which contains Node.js. @returns the folder of its `node` command */
function installNode(version) {
  const folder = join(root, 'node_modules', '.cache', 'windhover', `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
  run(`installing Node.js ${version}`, 'npm', ['install', ...options, `node@${version}`]);
  return join(folder, 'node_modules', 'node', 'bin');
}

/** Runs the tests on other versions of Node.js: `npm run test:node -- 22 packages/tls`. */
function testOnNode(args) {
  const versions = args.filter((arg) => /^\d+(\.\d+)*$/.test(arg));
  const rest = args.filter((arg) => !versions.includes(arg));
  for (const version of versions.length > 0 ? versions : supportedNodes) {
    const folder = installNode(version);
    const env = { ...environment, PATH: folder + delimiter + environment.PATH };
    // Not with the command `vitest`, which would start the workspace's Node.js.
    run(`running the tests on Node.js ${version}`, join(folder, 'node'), [vitest, 'run', ...rest], env);
  }
}

/** Writes another address of the repository into every file that has the present one: `npm run repository -- https://…`. */
function moveRepository(address = '') {
  if (!/^https:\/\/[\w.-]+\/[\w./-]*\w$/.test(address)) {
    throw new Error(`the address must be a URL such as https://github.com/owner/name; received ${address}`);
  }
  const { stdout } = spawnSync('git', ['grep', '-lIF', repository], { cwd: root, encoding: 'utf8' });
  const files = stdout.trim().split('\n');
  for (const file of files.map((name) => join(root, name)))
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(repository, address));
  say(`changed ${files.length} files; read the difference, then run npm run docs, npm run format and npm test`);
}

/** Runs a script on the workspace's Node and forwards signals to it. */
function runNode(args) {
  const child = spawn(join(bin, 'node'), args, { cwd: root, env: environment, stdio: 'inherit', shell: windows });
  // A terminal sends Ctrl+C to the child as well; signals to this process alone are forwarded.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

/** Runs a program with the sources of the packages, which needs no build. */
const runSources = (args) => runNode(['--import', './tools/test-support/sources.mjs', ...args]);

/** Runs the sample host, or the program whose file is the first argument: `npm start -- mine.ts --urls …`. */
function start(args) {
  const sample = join('packages', 'windhover', 'examples', 'hello', 'main.ts');
  const program = /\.[cm]?[jt]s$/.test(args[0] ?? '') ? args : [sample, ...args];
  say(`starting ${program[0]} from the sources of the packages, without a build`);
  runSources(program);
}

const commands = {
  build: () => {
    install();
    build();
  },
  start: () => {
    install();
    start(process.argv.slice(3));
  },
  windhover: () => {
    install();
    runSources([join('packages', 'windhover', 'src', 'cli.ts'), ...process.argv.slice(3)]);
  },
  test: () => {
    install();
    test();
  },
  'test:node': () => {
    install();
    build();
    testOnNode(process.argv.slice(3));
  },
  packages: () => {
    install();
    build();
    const knip = ['--config', join('tools', 'packages', 'knip.json'), '--no-config-hints', '--include'];
    run('looking for exports without users', 'knip', [...knip, 'exports,types']);
    run('looking for files and dependencies without users', 'knip', [
      ...knip,
      'files,dependencies,unlisted',
      '--production',
    ]);
    runNode([join('tools', 'packages', 'main.ts'), ...process.argv.slice(3)]);
  },
  api: () => {
    install();
    build();
    runNode([join('tools', 'api', 'main.ts')]);
  },
  docs: () => {
    install();
    runNode([join('tools', 'docs', 'main.ts'), ...process.argv.slice(3)]);
  },
  repository: () => moveRepository(process.argv[3]),
  bench: () => {
    install();
    build();
    runNode([join('bench', 'main.mjs'), ...process.argv.slice(3)]);
  },
  'bench:profile': () => {
    install();
    build();
    runNode([join('bench', 'profile.mjs'), ...process.argv.slice(3)]);
  },
};

const command = commands[process.argv[2]];
if (command === undefined) {
  console.error(`usage: node tools/workspace/main.mjs ${Object.keys(commands).join('|')}`);
  process.exitCode = 2;
} else {
  command();
}
