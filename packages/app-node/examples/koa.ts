import { nodeHandler } from '@windhover/app-node';
import Koa from 'koa';
import { serve } from 'windhover';

const app = new Koa();
app.silent = true;
app.use(async (context, next) => {
  await next();
  context.set('x-served-by', 'koa');
});
app.use(async (context) => {
  if (context.path === '/fails') context.throw(409, 'taken');
  let size = 0;
  for await (const piece of context.req) size += (piece as Buffer).length;
  context.body = { path: context.path, size };
});

const host = await serve(nodeHandler(app.callback()), { urls: 'http://127.0.0.1:0' });
const [address] = host.addresses;

const answer = await fetch(`${address}/upload`, { method: 'POST', body: 'x'.repeat(100_000) });
console.log(answer.headers.get('x-served-by'), await answer.text());
console.log((await fetch(`${address}/fails`)).status);
await host.stop();
// koa {"path":"/upload","size":100000}
// 409
