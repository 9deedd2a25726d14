// Runs hostile and slow clients against a server in another process and watches its memory: see README.md.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { endAllOnExit } from './lib/children.mjs';
import { connectionLimit } from './lib/descriptors.mjs';
import { count, size } from './lib/format.mjs';
import { help, parseOptions } from './lib/options.mjs';
import { inParallel } from './lib/peer.mjs';
import { lines, summary, table } from './lib/report.mjs';
import { runScenario } from './lib/run.mjs';

/** Number of connections for scenarios that want many. */
const manyConnections = 10_000;
const quickConnections = 300;

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`soak: ${/** @type {Error} */ (error).message}\n\n${help}`);
    return process.exit(2);
  }
}

/** Ends with a message if the packages are not built. */
function checkBuild() {
  if (existsSync(new URL('../../packages/server/dist/index.js', import.meta.url))) return;
  console.error('soak: the packages are not built; npm run build does it');
  process.exit(2);
}

/** The wanted number of connections, or the maximum. @param {boolean} quick */
function connections(quick) {
  const wanted = quick ? quickConnections : manyConnections;
  const allowed = connectionLimit();
  if (allowed >= wanted) return wanted;
  console.log(`only ${count(allowed)} connections instead of ${count(wanted)}: see ulimit -Hn`);
  return allowed;
}

const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processors: availableParallelism(),
  memory: totalmem(),
};

async function main() {
  const { scenarios, seconds, quick, parallel, json, ...options } = readOptions();
  if (options.help) console.log(help);
  if (options.help || scenarios.length === 0) return;
  checkBuild();
  endAllOnExit();
  const { node, platform, processors, memory } = machine;
  console.log(
    `Node ${node}, ${platform}, ${processors} processors, ${size(memory)}; held: used heap and external memory`,
  );
  const many = connections(quick);
  const outcomes = await inParallel(scenarios.length, parallel, async (index) => {
    const scenario = /** @type {import('./lib/run.mjs').Scenario} */ (scenarios[index]);
    const scale = { quick, seconds: seconds ?? scenario.seconds, connections: many, patience: quick ? 60_000 : 15_000 };
    const outcome = await runScenario(scenario, scale);
    console.log(lines(outcome).join('\n'));
    return outcome;
  });
  console.log(`\n${table(outcomes)}\n\n${summary(outcomes)}`);
  if (json !== undefined) {
    mkdirSync(dirname(resolve(json)), { recursive: true });
    writeFileSync(json, `${JSON.stringify({ machine, outcomes }, undefined, 2)}\n`);
  }
  if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
}

await main();
