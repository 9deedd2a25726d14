// Compares ways in which worker processes can share one address:
//
//   node packages/supervisor/examples/connection-sharing/main.ts [workers] [connections]
//
// It takes about two minutes, all of it on the loopback. Nothing else should run beside it. Not for Windows.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import cluster, { type Worker } from 'node:cluster';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Load, Order, Outcome, Sharing, Usage } from './messages.ts';

const [workerCount = 4, connections = 20_000] = process.argv.slice(2, 4).map(Number);
const ways: readonly Sharing[] = ['shared-handle', 'round-robin', 'reuse-port'];

/** Maximum number of descriptors of each process; low, so that they can be exhausted. */
const descriptors = 1024;

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The policy of `node:cluster` is fixed by the first worker, so each variant runs in its own process. */
const compareAll = async (): Promise<void> => {
  const machine = `${process.platform} ${release()}, ${cpus()[0]?.model}, ${availableParallelism()} processors`;
  console.log(`Node.js ${process.version}, ${machine}; ${workerCount} workers, ${connections} connections`);
  console.log(`load of the machine before: ${loadavg()[0]!.toFixed(1)}`);
  for (const way of ways) {
    const limited = `ulimit -n ${descriptors}; exec "$0" "$@"`;
    const args = [beside('main.ts'), String(workerCount), String(connections), way];
    await once(spawn('sh', ['-c', limited, process.execPath, ...args], { stdio: 'inherit' }), 'exit');
  }
};

// Workers

const startWorker = async (): Promise<Worker> => {
  const worker = cluster.fork();
  await once(worker, 'message');
  return worker;
};

const startWorkers = async (): Promise<Worker[]> => {
  const workers: Worker[] = [];
  for (let started = 0; started < workerCount; started++) workers.push(await startWorker());
  return workers;
};

const tell = (worker: Worker, order: Order): void => void worker.send(order);

const ask = async (worker: Worker, order: Order): Promise<unknown> => {
  tell(worker, order);
  const [report] = (await once(worker, 'message')) as [unknown];
  return report;
};

const usageOf = (workers: readonly Worker[]): Promise<Usage[]> =>
  Promise.all(workers.map((worker) => ask(worker, 'count') as Promise<Usage>));

const distribution = async (workers: readonly Worker[]): Promise<string> =>
  (await usageOf(workers)).map(({ accepted }) => accepted).join(' ');

/** Microseconds. */
const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

// Load

const startLoad = (load: Load): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } => {
  const child = fork(beside('load.ts'));
  child.send(load);
  const outcome = once(child, 'message').then(([result]) => {
    child.disconnect();
    return result as Outcome;
  });
  return { child, outcome };
};

const loaded = (load: Load): Promise<Outcome> => startLoad(load).outcome;

const kept = (port: number, clients: number, pause: number): Promise<Outcome> =>
  loaded({ port, clients, requests: 1, keep: { pause } });

const row = (subject: string, text: string): void => console.log(`  ${subject.padEnd(48)}${text}`);

// Comparisons

const compareDistribution = async (port: number, workers: readonly Worker[]): Promise<void> => {
  await kept(port, 100, 5);
  row('100 connections, opened one after the other:', await distribution(workers));
  await kept(port, 400, 0);
  row('400 connections, opened at once:', await distribution(workers));
};

const compareCost = async (port: number, workers: readonly Worker[]): Promise<void> => {
  const clients = 16;
  await loaded({ port, clients, requests: 200 }); // Warm-up: compiles the measured code.
  const [before, primaryBefore] = [await usageOf(workers), ownCpu()];
  const start = performance.now();
  await loaded({ port, clients, requests: connections / clients });
  const seconds = (performance.now() - start) / 1000;
  const [after, primary] = [await usageOf(workers), ownCpu() - primaryBefore];
  const inWorkers = after.reduce((sum, { cpu }, index) => sum + cpu - before[index]!.cpu, 0);
  const each = (total: number): string => `${(total / connections).toFixed(0)} µs`;
  row('CPU of a connection with one request:', `${each(primary + inWorkers)}, ${each(primary)} of it in the primary`);
  row('connections a second:', (connections / seconds).toFixed(0));
};

const compareBlocked = async (port: number, [blocked]: readonly Worker[]): Promise<void> => {
  tell(blocked!, 'block');
  const { late } = await kept(port, 100, 2);
  row('a worker stands still, 100 new connections:', `${late} wait for it`);
};

const compareReplaced = async (port: number, workers: readonly Worker[]): Promise<Worker[]> => {
  const { child, outcome } = startLoad({ port, clients: 32, requests: 'endless' });
  const successors: Worker[] = [];
  for (const old of workers) {
    successors.push(await startWorker());
    tell(old, 'leave');
    await once(old, 'exit');
  }
  child.send('stop');
  const { answered, late, unanswered, refused, lost } = await outcome;
  const all = answered + late + unanswered + refused + lost;
  row(
    'every worker replaced under load:',
    `${all} requests: ${refused} refused, ${lost} lost, ${unanswered} unanswered`,
  );
  return successors;
};

const compareKilled = async (port: number, [blocked]: readonly Worker[]): Promise<void> => {
  tell(blocked!, 'block for good');
  const connecting = kept(port, 20, 2);
  await sleep(1_500);
  blocked!.process.kill('SIGKILL');
  const { unanswered, lost } = await connecting;
  row('one is killed that stands still, 20 new:', `${lost} lost, ${unanswered} unanswered`);
};

const compareExhausted = async (port: number, workers: readonly Worker[]): Promise<void> => {
  await sleep(500); // Earlier clients have closed and released their descriptors by then.
  await Promise.all(workers.map((worker) => ask(worker, 'exhaust')));
  await kept(port, 20, 0);
  await Promise.all(workers.map((worker) => ask(worker, 'release')));
  const { answered, late } = await kept(port, 20, 0);
  row('descriptors have run out and are back, 20 new:', `${answered + late} answered`);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const compare = async (way: string): Promise<void> => {
  const port = await freePort();
  cluster.schedulingPolicy = way === 'round-robin' ? cluster.SCHED_RR : cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: beside('worker.ts'), args: [String(port), way] });
  console.log(`\n${way}`);
  const first = await startWorkers();
  await compareDistribution(port, first);
  await compareCost(port, first);
  await compareBlocked(port, first);
  const second = await compareReplaced(port, first);
  await compareKilled(port, second);
  await compareExhausted(port, second.slice(1));
  process.exit();
};

const way = process.argv[4];
await (way === undefined ? compareAll() : compare(way));
