import { nodeHandler } from '@windhover/app-node';
import express from 'express';
import { serve } from 'windhover';

const app = express();
app.use(express.json());
app.get('/users/:id', (request, response) => {
  response.json({ id: request.params.id, ip: request.ip });
});
app.post('/notes', (request, response) => {
  response.status(201).cookie('last', 'note').json(request.body);
});
app.get('/package', (_request, response) => {
  response.sendFile('package.json', { root: `${import.meta.dirname}/..` });
});
app.get('/fails', () => {
  throw new Error('not today');
});
app.use(((error, _request, response, _next) => {
  response.status(500).send(`Sorry: ${(error as Error).message}`);
}) satisfies express.ErrorRequestHandler);

const host = await serve(nodeHandler(app), { urls: 'http://127.0.0.1:0' });
const [address] = host.addresses;

console.log(await (await fetch(`${address}/users/7`)).text());
const json = { 'content-type': 'application/json' };
const note = await fetch(`${address}/notes`, { method: 'POST', body: '{"a":1}', headers: json });
console.log(note.status, note.headers.get('set-cookie'), await note.text());
const range = await fetch(`${address}/package`, { headers: { range: 'bytes=0-0' } });
console.log(range.status, range.headers.get('content-type'), await range.text());
console.log(await (await fetch(`${address}/fails`)).text());
console.log((await fetch(`${address}/nowhere`)).status);
await host.stop();
// {"id":"7","ip":"127.0.0.1"}
// 201 last=note; Path=/ {"a":1}
// 206 application/json; charset=utf-8 {
// Sorry: not today
// 404
