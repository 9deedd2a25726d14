import { fetchHandler } from '@windhover/app-fetch';
import { H3, HTTPError, readBody, setCookie } from 'h3';
import { serve } from 'windhover';

const app = new H3();
app.get('/', () => 'Hello from H3');
app.post('/echo', async (event) => ({ received: await readBody(event) }));
app.get('/cookies', (event) => {
  setCookie(event, 'a', '1');
  setCookie(event, 'b', '2');
  return 'set';
});
app.get('/teapot', () => {
  throw new HTTPError({ status: 418, message: 'Short and stout' });
});

const host = await serve(fetchHandler(app), { urls: 'http://127.0.0.1:0' });
const [address] = host.addresses;

console.log(await (await fetch(`${address}/`)).text());
const echo = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } };
console.log(await (await fetch(`${address}/echo`, echo)).text());
console.log((await fetch(`${address}/cookies`)).headers.getSetCookie());
console.log((await fetch(`${address}/teapot`)).status);
await host.stop();
// Hello from H3
// {"received":{"a":1}}
// [ 'a=1; Path=/', 'b=2; Path=/' ]
// 418
