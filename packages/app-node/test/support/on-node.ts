import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeHandler } from '../../src/index.ts';

// What examples import from `windhover` and `@windhover/app-node`, on `node:http`.

export { createServer };

export const nodeHandler = (handler: NodeHandler): NodeHandler => handler;

export const serve = async (handler: NodeHandler) => {
  const server = createServer(handler as never);
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  return {
    addresses: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    stop: () => server[Symbol.asyncDispose](),
  };
};
