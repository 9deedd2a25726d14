// A supervisor and two workers. The first worker of thread 1 sends made-up messages on its channel before it is ready; its
// argument is JSON: the seed and the number of messages. The second worker serves as usual.
import { setTimeout as sleep } from 'node:timers/promises';
import { Supervisor, supervisedWorker } from '@windhover/supervisor';
import { random } from '../test-support/random.mjs';

const { seed, messages } = JSON.parse(process.argv[2]);

/** Kinds with an effect that is wanted, `ready`, `retire` and `shutdown`, are sent only in a form that is none of them. */
const kinds = [
  'joined',
  'failed',
  'umask',
  'bogus',
  'stop',
  'welcome',
  '__proto__',
  '',
  null,
  7,
  ['ready'],
  { windhover: 'retire' },
  true,
];
const members = [
  null,
  true,
  -1,
  1.5,
  1e300,
  2 ** 31,
  '',
  'x',
  'y'.repeat(5000),
  [],
  [[]],
  [null, 'http://a'],
  {},
  { code: 7 },
  { name: null, message: ['x'] },
];

const makeMessage = ({ below, pick }) => {
  const kind = pick(kinds);
  if (below(10) === 0) return pick(members.filter((member) => member !== null));
  const message = { windhover: kind };
  for (const name of ['umask', 'error', 'addresses', 'keys', 'shutdownTimeout', 'constructor']) {
    if (below(2) === 0) message[name] = pick(members);
  }
  return message;
};

const send = (message) => new Promise((resolve) => process.send(message, undefined, undefined, resolve));

const work = async (worker) => {
  const stopped = Promise.withResolvers();
  worker.onStopRequested(() => stopped.resolve());
  const running = setInterval(() => undefined, 60_000);
  if (worker.thread === 1) {
    const source = random(seed);
    for (let left = messages; left > 0; left--) {
      const sent = send(makeMessage(source));
      if (left % 100 === 0) await sent;
    }
    await send({ windhover: 'umask' });
  }
  worker.reportReady(['http://worker']);
  await stopped.promise;
  clearInterval(running);
};

const supervise = async () => {
  const log = (_details, message) => console.log(message);
  const supervisor = new Supervisor({ threadCount: 2, logger: { info: log, warn: log, error: log } });
  const umask = process.umask();
  const ended = supervisor.run();
  while (supervisor.workers.includes(undefined)) await sleep(10);
  console.log(
    `addresses ${JSON.stringify(supervisor.addresses)}, umask ${process.umask() === umask ? 'as before' : 'changed'}`,
  );
  await supervisor.reload();
  console.log('reloaded');
  process.exitCode = await ended;
};

const worker = supervisedWorker();
await (worker === undefined ? supervise() : work(worker));
