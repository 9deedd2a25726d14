// One worker of the comparison: answers every request at once, and tells the primary what it is asked for.
import { createServer } from 'node:net';
import type { Order, Report } from './messages.ts';

const [port = '0', sharing] = process.argv.slice(2);
let accepted = 0;

const server = createServer({ noDelay: true }, (socket) => {
  accepted++;
  socket.on('data', () => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  socket.on('error', () => undefined);
});

const report = (message: Report): void => void process.send?.(message);

const orders: Record<Order, () => void> = {
  count: () => {
    const { user, system } = process.cpuUsage();
    report({ accepted, cpu: user + system });
    accepted = 0;
  },
  block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000),
  // What was accepted is served for another second, as a server that drains does.
  leave: () => {
    server.close();
    setTimeout(() => process.exit(), 1_000);
  },
};

process.on('message', (order: Order) => orders[order]());
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 511, reusePort: sharing === 'reuse-port' }, () =>
  report('listening'),
);
