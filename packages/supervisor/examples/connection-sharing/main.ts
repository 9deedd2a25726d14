// Compares the ways in which worker processes can share one address:
//
//   node packages/supervisor/examples/connection-sharing/main.ts [workers] [connections]
//
// It takes about a minute. All on the loopback, and nothing else should run beside it.
import { type ChildProcess, fork } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { availableParallelism, cpus, platform, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Load, Order, Outcome, Report, Sharing } from './messages.ts';

const [workerCount = 4, connections = 20_000] = process.argv.slice(2, 4).map(Number);
const sharing = process.env['SHARING'] as Sharing | undefined;
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The policy of `node:cluster` is fixed by the first fork, so each way has a process of its own. */
const compareAll = async (): Promise<void> => {
  console.log(
    `node ${process.version}, ${platform()} ${release()}, ${cpus()[0]?.model}, ${availableParallelism()} processors, ${workerCount} workers`,
  );
  for (const way of ['round-robin', 'shared-handle', 'reuse-port'] satisfies Sharing[]) {
    const child = fork(beside('main.ts'), process.argv.slice(2), { env: { ...process.env, SHARING: way } });
    await once(child, 'exit');
  }
};

// One way

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

const startWorker = async (): Promise<Worker> => {
  const worker = cluster.fork();
  await once(worker, 'message');
  return worker;
};

const order = (worker: Worker, what: Order): void => void worker.send(what);

const count = async (worker: Worker): Promise<Exclude<Report, 'listening'>> => {
  order(worker, 'count');
  const [report] = (await once(worker, 'message')) as [Exclude<Report, 'listening'>];
  return report;
};

const counts = (workers: readonly Worker[]) => Promise.all(workers.map(count));

const startLoad = (load: Load): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } => {
  const child = fork(beside('load.ts'), []);
  const outcome = once(child, 'message').then(([result]) => result as Outcome);
  child.send(load);
  return { child, outcome };
};

const loaded = async (load: Load): Promise<Outcome> => {
  const { child, outcome } = startLoad(load);
  const result = await outcome;
  child.send('end');
  await once(child, 'exit');
  return result;
};

const accepted = (reports: readonly { readonly accepted: number }[]): string =>
  reports.map((report) => report.accepted).join(' ');

const cpuOfPrimary = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const compareOne = async (way: Sharing): Promise<void> => {
  const port = await freePort();
  cluster.schedulingPolicy = way === 'shared-handle' ? cluster.SCHED_NONE : cluster.SCHED_RR;
  cluster.setupPrimary({ exec: beside('worker.ts'), args: [String(port), way] });
  const workers: Worker[] = [];
  for (let started = 0; started < workerCount; started++) workers.push(await startWorker());
  console.log(`\n${way}`);

  await loaded({ port, clients: 100, requests: 1, keep: { pause: 5 } });
  console.log(`  kept connections, opened one after the other: ${accepted(await counts(workers))}`);
  await loaded({ port, clients: 400, requests: 1, keep: { pause: 0 } });
  console.log(`  kept connections, opened at once:             ${accepted(await counts(workers))}`);

  await loaded({ port, clients: 16, requests: 200 });
  const cpuBefore = await counts(workers);
  const primaryBefore = cpuOfPrimary();
  const start = performance.now();
  await loaded({ port, clients: 16, requests: Math.ceil(connections / 16) });
  const seconds = (performance.now() - start) / 1000;
  const cpuAfter = await counts(workers);
  const primary = cpuOfPrimary() - primaryBefore;
  const inWorkers = cpuAfter.reduce((sum, { cpu }, index) => sum + cpu - cpuBefore[index]!.cpu, 0);
  const micros = (total: number): string => (total / connections).toFixed(0);
  console.log(
    `  CPU of a connection: ${micros(primary + inWorkers)} µs, of it ${micros(primary)} µs in the primary; ` +
      `${(connections / seconds).toFixed(0)} a second`,
  );

  order(workers[0]!, 'block');
  await sleep(50);
  const blocked = await loaded({ port, clients: 100, requests: 1, keep: { pause: 2 } });
  console.log(`  one worker blocked: ${blocked.late} of 100 new connections wait for it`);

  const { child, outcome } = startLoad({ port, clients: 32, requests: 0, endless: true });
  await sleep(500);
  for (const old of workers) {
    await startWorker();
    order(old, 'leave');
    await once(old, 'exit');
  }
  child.send('stop');
  const { answered, late, refused, lost } = await Promise.race([outcome, sleep(5_000, hung)]);
  child.kill();
  console.log(`  every worker replaced under load: ${answered + late} answered, ${refused} refused, ${lost} lost`);
  process.exit();
};

const hung: Outcome = { answered: NaN, late: NaN, refused: NaN, lost: NaN };

await (sharing === undefined ? compareAll() : compareOne(sharing));
