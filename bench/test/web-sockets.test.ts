import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { clientFrame, connectFor, echoFor, openWebSocket, serverFrameSize } from '../lib/load/web-sockets.mjs';

const server = createServer();

const listening = async (onMessage: (data: Buffer) => void): Promise<number> => {
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) =>
    socket.on('message', (data, binary) => {
      onMessage(data as Buffer);
      socket.send(data, { binary });
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('the client of WebSockets', () => {
  it('frames and answers have the size of the message', async () => {
    const sizes: number[] = [];
    const port = await listening((data) => void sizes.push(data.length));
    for (const size of [125, 126, 16 * 1024]) {
      const socket = await openWebSocket(port);
      const { requests, errors } = await echoFor([socket], size, 0);
      expect(requests).toBeGreaterThan(0);
      expect([errors, sizes.pop()]).toEqual([0, size]);
      socket.destroy();
    }
    expect(clientFrame(125)).toHaveLength(serverFrameSize(125) + 4);
    expect((await connectFor(port, 1, 0)).errors).toBe(0);
  });
});
