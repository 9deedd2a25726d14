import { fetchHandler, type FetchContext } from '@windhover/app-fetch';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { serve } from 'windhover';

const app = new Hono<{ Bindings: FetchContext }>();
app.use(cors());
app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), over: c.env.http.request.protocol }));
app.post('/upload', async (c) => {
  const { file } = await c.req.parseBody();
  return c.json({ name: (file as File).name, size: (file as File).size });
});
app.get('/secret', () => {
  throw new HTTPException(401, { message: 'Sign in first' });
});
app.get('/events', (c) =>
  streamSSE(c, async (stream) => {
    for (const data of ['one', 'two']) await stream.writeSSE({ data });
  }),
);

const host = await serve(fetchHandler(app), { urls: 'http://127.0.0.1:0' });
const [address] = host.addresses;

const user = await fetch(`${address}/users/7`);
console.log(user.headers.get('access-control-allow-origin'), await user.text());
const form = new FormData();
form.set('file', new File(['some text'], 'notes.txt'));
console.log(await (await fetch(`${address}/upload`, { method: 'POST', body: form })).text());
const secret = await fetch(`${address}/secret`);
console.log(secret.status, await secret.text());
console.log(JSON.stringify(await (await fetch(`${address}/events`)).text()));
console.log((await fetch(`${address}/nowhere`)).status);
await host.stop();
// * {"id":"7","over":"HTTP/1.1"}
// {"name":"notes.txt","size":9}
// 401 Sign in first
// "data: one\n\ndata: two\n\n"
// 404
