// A worker of the comparison: answers every request at once and executes the commands of the primary.
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Order, Report } from './messages.ts';

const [port, sharing] = process.argv.slice(2);
const files: number[] = [];
let accepted = 0;

const server = createServer({ noDelay: true }, (socket) => {
  accepted++;
  socket.on('data', () => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  socket.on('error', () => undefined);
});

const report = (message: Report): void => void process.send?.(message);

const standStill = (milliseconds?: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

const exhaust = (): void => {
  try {
    for (;;) files.push(openSync('/dev/null', 'r'));
  } catch {
    report('done');
  }
};

const orders: Record<Order, () => void> = {
  count: () => {
    const { user, system } = process.cpuUsage();
    report({ accepted, cpu: user + system });
    accepted = 0;
  },
  block: () => standStill(2_000),
  'block for good': () => standStill(),
  exhaust,
  release: () => {
    for (const file of files.splice(0)) closeSync(file);
    report('done');
  },
  leave: () => {
    server.close();
    // Accepted connections are served for a while, like in a server that drains.
    setTimeout(() => process.exit(), 1_000);
  },
};

process.on('message', (order: Order) => orders[order]());
process.on('disconnect', () => process.exit());
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 511, reusePort: sharing === 'reuse-port' }, () =>
  report('listening'),
);
