import { fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

const host = await serve(
  fetchHandler(async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'POST') return new Response(`Hello ${pathname}`);
    return Response.json({ received: await request.json() }, { status: 201 });
  }),
  { urls: 'http://127.0.0.1:0' },
);

const [address] = host.addresses;
console.log(await (await fetch(`${address}/there`)).text());
console.log(await (await fetch(`${address}/notes`, { method: 'POST', body: '{"a":1}' })).text());
await host.stop();
// Hello /there
// {"received":{"a":1}}
