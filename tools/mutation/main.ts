// Mutates the sources, one place at a time, and reports the mutants that no test detects: see README.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../test-support/random.mjs';
import { type Mutant, sitesIn } from './mutants.ts';
import { type Plan, type Result, readResult } from './plan.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packages that matter most for security and correctness. */
const usual = ['connections', 'http1', 'http1-codec', 'server', 'supervisor', 'tls', 'websockets'];

/** Tests of other packages that also cover these packages. */
const covering = [
  'packages/transport-memory',
  'packages/proxy-protocol',
  'packages/hosting',
  'packages/http',
  'tools/conformance',
];

/** Milliseconds from which a test counts as slow. */
const slow = 1000;

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: usual.join(',') },
    count: { type: 'string', default: '70' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    minutes: { type: 'string', default: '20' },
    // Other tests, besides those of the packages. */
    tests: { type: 'string', default: covering.join(',') },
  },
});
const packages = values.packages.split(',');
const source = random(Number(values.seed));

const sourcesOf = (name: string): string[] =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('index.ts'))
    .map((path) => join('packages', name, 'src', path))
    .toSorted();

/** Some places of a package, chosen at random. */
const chosenIn = (name: string, count: number): Omit<Mutant, 'id'>[] => {
  const sites = sourcesOf(name).flatMap((file) => sitesIn(file, readFileSync(join(root, file), 'utf8')));
  return Array.from({ length: Math.min(count, sites.length) }, () => sites.splice(source.below(sites.length), 1)[0]!);
};

const perPackage = Math.ceil(Number(values.count) / packages.length);
const mutants = packages
  .flatMap((name) => chosenIn(name, perPackage))
  .map((site, index) => ({ id: index + 1, ...site }));

const folder = mkdtempSync(join(tmpdir(), 'windhover-mutation-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Runs the tests with a plan in a child process, because a mutant can end the process. */
const run = (plan: Plan, step: string): Result => {
  const path = join(folder, `${step}.json`);
  writeFileSync(path, JSON.stringify(plan));
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(root, 'tools/mutation/vitest.config.ts'),
      '--reporter=dot',
    ],
    {
      cwd: root,
      env: { ...process.env, MUTATION_PLAN: path, TEST_SEED: values.seed },
      stdio: ['ignore', process.env['MUTATION_DEBUG'] ? 'inherit' : 'ignore', 'inherit'],
      timeout: 3_600_000,
    },
  );
  console.log(`${step}: the tests ended with ${status}`);
  return readResult(plan.result);
};

const others = values.tests.split(',').filter((path) => path !== '');
const own = packages.map((name) => `packages/${name}`);
const tests = [...new Set([...own, ...others])];
console.log(`seed ${values.seed}: ${mutants.length} mutants in ${packages.join(', ')}`);
const { reached, durations } = run({ mutants, tests, result: join(folder, 'reached.json') }, 'reach');
const end = Date.now() + Number(values.minutes) * 60_000;

/** The tests that reach mutants, filtered by their duration. */
const reachedBy = (isWanted: (milliseconds: number) => boolean): NonNullable<Plan['reached']> =>
  Object.fromEntries(Object.entries(reached).filter(([test]) => isWanted(durations[test]!)));

// Tests of other packages and slow tests run only with mutants that no earlier test has detected.
const plan = { mutants, tests, end, result: join(folder, 'noticed.json') };
const quick = reachedBy((milliseconds) => milliseconds < slow);
run({ ...plan, tests: own, reached: quick }, 'notice');
run({ ...plan, reached: quick }, 'notice with all quick tests');
const { noticed, tried } = run(
  { ...plan, reached: reachedBy((milliseconds) => milliseconds >= slow) },
  'notice with slow tests',
);

const reachable = new Set(Object.values(reached).flat());
const place = ({ file, line, what }: Mutant): string => `${file}:${line} ${what}`;
const survivors = mutants.filter(({ id }) => reachable.has(id) && tried.includes(id) && !(id in noticed));
const unreached = mutants.filter(({ id }) => !reachable.has(id));
const untried = mutants.filter(({ id }) => reachable.has(id) && !tried.includes(id));
for (const mutant of survivors) console.log(`not noticed: ${place(mutant)}`);
for (const mutant of unreached) console.log(`not reached by a test in this process: ${place(mutant)}`);
for (const mutant of untried) console.log(`not tried: ${place(mutant)}`);
const count = Object.keys(noticed).length;
console.log(
  `${count} of ${mutants.length - untried.length} noticed, ${survivors.length} not noticed, ${unreached.length} not reached, ${untried.length} not tried`,
);
