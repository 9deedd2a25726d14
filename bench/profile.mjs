// `npm run bench:profile -- <scenario> [subject]`: a CPU profile of a server under load, and a flame graph of it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOptions } from './lib/options.mjs';
import { flameGraph } from './lib/report/flame-graph.mjs';
import { endAllOnExit } from './lib/run/children.mjs';
import { choosePinning, pinSelf } from './lib/run/pinning.mjs';
import { chooseSubjects } from './lib/run/subject.mjs';
import { scenarios } from './lib/scenarios/scenarios.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Default subject, by the kind of the scenario. */
const usualSubjects = {
  http: 'windhover-server',
  static: 'static-windhover',
  tls: 'tls-windhover',
  ws: 'ws-windhover',
  h2: 'h2-windhover',
  h2tls: 'h2tls-windhover',
  unix: 'unix-windhover',
  routes: 'routes-windhover',
  middleware: 'middleware-windhover',
  router: 'router-windhover',
};

const loads = Object.keys(scenarios).filter((name) => scenarios[name]?.underLoad !== undefined);

/** @param {string} reason */
function refuse(reason) {
  console.error(
    `bench: ${reason}\n\nusage: npm run bench:profile -- <scenario> [subject]\n\nscenarios: ${loads.join(', ')}`,
  );
  return process.exit(2);
}

/** Warms up a subject and records one burst. @param {string} scenarioName @param {string} subjectName */
async function profileOf(scenarioName, subjectName) {
  const [subject] = chooseSubjects(join(here, 'subjects'), [subjectName]);
  if (subject === undefined || subject.missing) return refuse(`no subject is called "${subjectName}"`);
  const folder = mkdtempSync(join(tmpdir(), 'windhover-profile-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const pinning = choosePinning();
  pinSelf(pinning);
  const imports = [new URL('lib/run/profile-on-request.mjs', import.meta.url).href];
  const load = await scenarios[scenarioName]?.underLoad?.(subject, {
    options: parseOptions([]),
    pinning,
    folder,
    imports,
  });
  if (load === undefined) return refuse(`"${scenarioName}" has no load`);
  try {
    await load.running.ask('bench:profile-start');
    const { cpuMicrosPerRequest } = await load.burst();
    console.log(`${cpuMicrosPerRequest?.toFixed(2)} us of CPU time for a request, with the profiler running`);
    return await load.running.ask('bench:profile-stop');
  } finally {
    await load.stop();
  }
}

async function main() {
  const [scenario = '', given] = process.argv.slice(2);
  if (!loads.includes(scenario))
    return refuse(scenario === '' ? 'a scenario is required' : `no scenario under load is called "${scenario}"`);
  endAllOnExit();
  const subject = given ?? usualSubjects[scenarios[scenario]?.kind ?? 'http'];
  const profile = await profileOf(scenario, subject);
  const folder = join(here, 'results', 'profiles');
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `${scenario.replace('@', '-')}-${subject}`);
  writeFileSync(`${name}.cpuprofile`, JSON.stringify(profile));
  writeFileSync(`${name}.svg`, flameGraph(profile, `${subject}, ${scenario}: where the CPU time goes`));
  for (const end of ['cpuprofile', 'svg']) console.log(`written: ${relative(process.cwd(), `${name}.${end}`)}`);
}

await main();
