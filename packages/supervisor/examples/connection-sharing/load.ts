// The load generator of the comparison, in its own process.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Outcome } from './messages.ts';

const late = 500; // ms
const patience = 3_000; // ms

/** Sends one request on a new connection. */
const request = (port: number, keep: boolean): Promise<keyof Outcome> =>
  new Promise((resolve) => {
    const start = performance.now();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const givenUp = setTimeout(() => {
      resolve('unanswered');
      socket.destroy();
    }, patience);
    socket.on('connect', () => void socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('data', () => {
      clearTimeout(givenUp);
      resolve(performance.now() - start > late ? 'late' : 'answered');
      // A reset leaves no port in TIME_WAIT behind, so that a long run does not run out of them.
      if (!keep) socket.resetAndDestroy();
    });
    socket.on('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'lost'));
    socket.on('close', () => {
      clearTimeout(givenUp);
      resolve('lost');
    });
  });

let stopped = false;

const run = async ({ port, clients: count, requests, keep }: Load): Promise<Outcome> => {
  const outcome = { answered: 0, late: 0, unanswered: 0, refused: 0, lost: 0 };
  const client = async (): Promise<void> => {
    for (let sent = 0; requests === 'endless' ? !stopped : sent < requests; sent++) {
      outcome[await request(port, keep !== undefined)]++;
    }
  };
  const clients: Promise<void>[] = [];
  for (let started = 0; started < count; started++) {
    clients.push(client());
    if (keep !== undefined && keep.pause > 0) await sleep(keep.pause);
  }
  await Promise.all(clients);
  return outcome;
};

process.once('message', (load: Load) => {
  process.once('message', () => (stopped = true));
  void run(load).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit());
