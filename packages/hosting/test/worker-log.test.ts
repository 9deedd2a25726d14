import { WebHostBuilder } from '@windhover/hosting';
import { LoggerFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { expect, it } from 'vitest';
import { exchangeOverMemory } from './memory-exchange.ts';
import { HostLog } from '../src/logging/host-log.ts';
import { lookLikeWorker } from './look-like-worker.ts';
import { RecordingLogger } from './recording-logger.ts';

/** Entries of a host that starts, serves a request that logs and one that fails, and stops. */
const entriesOfHost = async (): Promise<readonly object[]> => {
  const transport = new MemoryTransport();
  const logger = new RecordingLogger();
  const host = new WebHostBuilder()
    .useTransport(transport)
    .useProtocol(http1())
    .useLogger(logger)
    .useServer((server) => void server.listen({ kind: 'memory', name: 'worker' }))
    .configure((app) => {
      app.run(({ features }) => {
        features.require(LoggerFeature).info({}, 'the request');
        throw new Error('failed');
      });
    })
    .build();
  await host.start();
  await exchangeOverMemory(transport, 'worker').response;
  await host.stop();
  expect(logger.entries.map(({ message }) => message)).toContain('the request');
  expect(logger.entries.map(({ level }) => level)).toContain('error');
  return logger.entries.map(({ details }) => details);
};

it('each entry of a worker has the number of its thread and its process id', async () => {
  lookLikeWorker('3');
  const entries = await entriesOfHost();
  expect(entries).toEqual(entries.map(() => expect.objectContaining({ thread: 3, pid: process.pid }) as object));
});

it('entries of a program that a worker has started have no thread: it inherits the variable only', async () => {
  lookLikeWorker('3', false);
  const entries = await entriesOfHost();
  expect(entries.filter((details) => 'thread' in details)).toEqual([]);
});

it.each([
  ['alone', undefined, 'Waiting for 2 open connections on web for up to 30 s. Press Ctrl+C again to end now.'],
  ['as a worker, which its supervisor may be replacing', '1', 'Waiting for 2 open connections on web for up to 30 s.'],
])('a process that waits %s', (_title, thread, message) => {
  lookLikeWorker(thread);
  const logger = new RecordingLogger();
  new HostLog(logger).waiting({ connections: 2, endpoints: ['web'], services: [] }, 30_000);
  expect(logger.entries.map((entry) => entry.message)).toEqual([message]);
});
