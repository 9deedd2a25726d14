import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dueTime, loadAtRate } from '../lib/load/fixed-rate.mjs';
import { closeConnections, openConnections } from '../lib/load/open-connections.mjs';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';
const request = Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
let server: Server | undefined;

const listening = async (onRequest: (socket: Socket, number: number) => void): Promise<number> => {
  let requests = 0;
  const made = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += request.length) onRequest(socket, (requests += 1));
    });
  }).listen(0, '127.0.0.1');
  server = made;
  await once(made, 'listening');
  return (made.address() as AddressInfo).port;
};

afterEach(() => server?.close());

describe('load at a rate', () => {
  it('requests are due at equal distances', () =>
    expect([0, 1, 2, 1000].map((number) => dueTime(number, 1000))).toEqual([0, 1, 2, 1000]));

  it('sends only the requests that are due, on connections in turn', async () => {
    const used: Socket[] = [];
    const port = await listening((socket) => {
      used.push(socket);
      socket.write(answer);
    });
    const connections = await openConnections(port, 2, request);
    used.length = 0;
    const result = await loadAtRate({ connections, requests: [request], rate: 200, seconds: 0.1 });
    closeConnections(connections);
    expect(result).toMatchObject({ requests: 20, errors: 0 });
    expect(used).toHaveLength(20);
    expect(new Set(used).size).toBe(2);
  });

  it('the latency of a request that waits for a connection counts from its due time', async () => {
    let time = 0;
    const port = await listening((socket, number) => {
      // The first request opens the connection. The next one is answered when all others are due as well.
      if (number === 2) time = 100;
      socket.write(answer);
    });
    const connections = await openConnections(port, 1, request);
    const load = { connections, requests: [request], rate: 100, seconds: 0.1, now: () => time };
    const { requests, p50Ms, p999Ms } = await loadAtRate(load);
    closeConnections(connections);
    // Due at 0, 10 to 90 ms, all answered at 100 ms.
    expect([requests, p50Ms, p999Ms]).toEqual([10, 50, 100]);
  });

  it.each([
    ['a status of an error', 'HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nhi'],
    ['an answer of another length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi!'],
  ])('%s is an error', async (_, wrong) => {
    const port = await listening((socket, number) => void socket.write(number === 1 ? answer : wrong));
    const connections = await openConnections(port, 1, request);
    const { errors } = await loadAtRate({ connections, requests: [request], rate: 100, seconds: 0.01 });
    closeConnections(connections);
    expect(errors).toBeGreaterThan(0);
  });
});
