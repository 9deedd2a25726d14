import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runExample } from '../../../tools/test-support/run-example.ts';
import type { NodeHandler } from '../src/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.doUnmock('@windhover/app-node');
  vi.doUnmock('windhover');
});

/** `serve` of the host, on `node:http`. */
const serveOnNode = async (handler: NodeHandler) => {
  const server = createServer(handler as never);
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  return {
    addresses: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    stop: () => server[Symbol.asyncDispose](),
  };
};

const onNode = (): void => {
  vi.doMock('@windhover/app-node', () => ({ createServer, nodeHandler: (handler: NodeHandler) => handler }));
  vi.doMock('windhover', () => ({ serve: serveOnNode }));
};

const files = [
  'express.ts',
  'express-middleware.ts',
  'fastify.ts',
  'koa.ts',
  'nest.ts',
  'socket-io.ts',
  'trpc.ts',
  'vite.ts',
  'yoga.mjs',
];

describe.each([
  ['Windhover', () => {}],
  ['node:http', onNode],
])('frameworks with a (req, res) handler, on %s', (_server, prepare) => {
  it.each(files)('%s answers as it says', async (file) => {
    prepare();
    vi.resetModules();
    const { logged, expected } = await runExample(new URL(`../examples/${file}`, import.meta.url));
    expect(logged).toEqual(expected);
  });
});

describe('gRPC, which needs HTTP/2 beside HTTP/1.1 on one port', () => {
  it('connect.mjs answers as it says', async () => {
    vi.resetModules();
    const { logged, expected } = await runExample(new URL('../examples/connect.mjs', import.meta.url));
    expect(logged).toEqual(expected.slice(1));
  });
});
