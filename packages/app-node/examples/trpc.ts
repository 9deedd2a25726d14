import type { AddressInfo } from 'node:net';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createServer } from '@windhover/app-node';

const t = initTRPC.create();
const router = t.router({
  double: t.procedure.input(Number).query(({ input }) => input * 2),
  fail: t.procedure.mutation(() => {
    throw new Error('not today');
  }),
});
const server = createServer(createHTTPHandler({ router }));
await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;

const client = createTRPCClient<typeof router>({ links: [httpBatchLink({ url: `http://127.0.0.1:${port}` })] });
console.log(await Promise.all([client.double.query(21), client.double.query(4)]));
console.log(await client.fail.mutate().catch((error: unknown) => (error as Error).message));
await server[Symbol.asyncDispose]();
// [ 42, 8 ]
// not today
