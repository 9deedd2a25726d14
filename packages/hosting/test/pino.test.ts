import { Writable } from 'node:stream';
import { type WebHost, WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { MemoryTransport } from '@windhover/transport-memory';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeOverMemory } from './memory-exchange.ts';

let host: WebHost | undefined;

afterEach(() => host?.stop());

describe('pino', () => {
  it('is a logger as it is', async () => {
    const lines: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const transport = new MemoryTransport();
    host = new WebHostBuilder()
      .useTransport(transport)
      .useProtocol(http1())
      .useLogger(pino(stream))
      .useServer((server) => void server.listen({ kind: 'memory', name: 'pino' }))
      .configure((app) => {
        app.run(() => {
          throw new Error('boom');
        });
      })
      .build();
    await host.start();
    await exchangeOverMemory(transport, 'pino', '/where').response;
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        level: 50,
        msg: 'The application failed to answer a request',
        method: 'GET',
        target: '/where',
        err: { type: 'Error', message: 'boom' },
      },
    ]);
  });
});
