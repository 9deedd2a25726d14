import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';
import { until } from '../../../tools/test-support/until.ts';
import { createServer } from '../src/index.ts';
import { whileListening } from './support/while-listening.ts';

const failure = new Error('listener failed');

/** The uncaught exceptions of a server whose listener of `clientError` throws, while a client acts. */
const failures = async (server: Server, act: (client: RawClient<Socket>) => Promise<void>): Promise<unknown[]> => {
  server.on('clientError', () => {
    throw failure;
  });
  return whileListening(server, (port) =>
    uncaughtExceptions(async () => act(await RawClient.open<RawClient<Socket>>({ port, host: '127.0.0.1' }))),
  );
};

const create = (...given: Parameters<typeof createServer>): Server => createServer(...given) as unknown as Server;

it('a listener of clientError that throws: the connection of an invalid request ends with its client', async () => {
  const errors = await failures(
    create(() => {}),
    async (client) => {
      client.send('G?T / HTTP/1.1\r\nHost: a\r\n\r\n');
      client.stream.end();
      await client.closed;
    },
  );
  expect(errors).toEqual([failure]);
});

it('a listener of clientError that throws: request and response of a client that resets close', async () => {
  const seen: string[] = [];
  const server = create((request, response) => {
    request.on('error', () => {}).on('close', () => seen.push('request'));
    response.on('close', () => seen.push('response'));
    seen.push('called');
  });
  const errors = await failures(server, async (client) => {
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => seen.length === 1);
    client.stream.resetAndDestroy();
    await until(() => seen.length === 3);
  });
  expect(errors).toEqual([failure]);
});
