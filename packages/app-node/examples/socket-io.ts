import type { AddressInfo } from 'node:net';
import { createServer } from '@windhover/app-node';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const server = createServer();
const sockets = new Server(server as never);
sockets.on('connection', (socket) => {
  socket.on('add', (a: number, b: number, answer: (sum: number) => void) => answer(a + b));
});
await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;

for (const transport of ['polling', 'websocket']) {
  const client = io(`http://127.0.0.1:${port}`, { transports: [transport], forceNew: true });
  console.log(transport, await client.emitWithAck('add', 1, 2));
  client.disconnect();
}
await sockets.close();
// polling 3
// websocket 3
