// The load generator of the comparison, in a process of its own.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Outcome } from './messages.ts';

const late = 500; // ms

type Result = keyof Outcome;

/** One request on a connection of its own. */
const request = (port: number, keep: boolean): Promise<Result> =>
  new Promise((resolve) => {
    const start = performance.now();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('connect', () => void socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('data', () => {
      resolve(performance.now() - start > late ? 'late' : 'answered');
      // A reset leaves no port in TIME_WAIT behind, so that a long run does not run out of them.
      if (!keep) socket.resetAndDestroy();
    });
    socket.on('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'lost'));
    socket.on('close', () => resolve('lost'));
  });

const run = async (load: Load): Promise<Outcome> => {
  const outcome = { answered: 0, refused: 0, lost: 0, late: 0 };
  const keep = load.keep !== undefined;
  let stopped = false;
  if (load.endless) process.once('message', () => (stopped = true));
  const client = async (): Promise<void> => {
    for (let sent = 0; load.endless ? !stopped : sent < load.requests; sent++) {
      outcome[await request(load.port, keep)]++;
    }
  };
  const clients: Promise<void>[] = [];
  for (let started = 0; started < load.clients; started++) {
    clients.push(client());
    if (load.keep !== undefined && load.keep.pause > 0) await sleep(load.keep.pause);
  }
  await Promise.all(clients);
  return outcome;
};

process.once('message', async (load: Load) => {
  process.send?.(await run(load));
  process.once('message', () => process.exit());
});
