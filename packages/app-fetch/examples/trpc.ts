import { initTRPC } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { serve } from 'windhover';

const { procedure, router } = initTRPC.create();
const appRouter = router({
  hello: procedure.query(() => 'Hello from tRPC'),
  fails: procedure.query(() => {
    throw new Error('not today');
  }),
});

const host = await serve(
  { fetch: (req) => fetchRequestHandler({ endpoint: '/trpc', req, router: appRouter }) },
  { urls: 'http://127.0.0.1:0' },
);
const [address] = host.addresses;

console.log(await (await fetch(`${address}/trpc/hello`)).text());
console.log((await fetch(`${address}/trpc/fails`)).status);
await host.stop();
// {"result":{"data":"Hello from tRPC"}}
// 500
