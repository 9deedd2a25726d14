import type { AddressInfo } from 'node:net';
import { createServer } from '@windhover/app-node';
import compression from 'compression';
import express from 'express';
import session from 'express-session';
import multer from 'multer';

const app = express();
app.use(compression({ threshold: 0 }));
app.use(session({ secret: 'example', resave: false, saveUninitialized: true }));
app.use('/files', express.static(import.meta.dirname));
app.get('/visits', (request, response) => {
  const visitor = request.session as { visits?: number };
  visitor.visits = (visitor.visits ?? 0) + 1;
  response.send(`visit ${visitor.visits}`);
});
app.post('/upload', multer({ storage: multer.memoryStorage() }).single('file'), (request, response) => {
  response.json({ name: request.file?.originalname, size: request.file?.size });
});
app.get('/events', (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-transform' });
  for (const count of [1, 2]) response.write(`data: ${count}\n\n`);
  response.end();
});
const server = createServer(app);
await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const first = await fetch(`${url}/visits`);
console.log(await first.text(), first.headers.get('content-encoding'));
const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
console.log(await (await fetch(`${url}/visits`, { headers: { cookie } })).text());
const form = new FormData();
form.set('file', new Blob(['x'.repeat(100_000)]), 'big.txt');
console.log(await (await fetch(`${url}/upload`, { method: 'POST', body: form })).text());
const part = await fetch(`${url}/files/module.ts`, {
  headers: { range: 'bytes=0-5', 'accept-encoding': 'identity' },
});
console.log(part.status, await part.text());
console.log(JSON.stringify(await (await fetch(`${url}/events`)).text()));
await server[Symbol.asyncDispose]();
// visit 1 gzip
// visit 2
// {"name":"big.txt","size":100000}
// 206 export
// "data: 1\n\ndata: 2\n\n"
