// Middleware of Express that pass the request on.
import { createServer } from 'node:http';
import express from 'express';
import { middlewareCount } from '../lib/support/middleware-count.mjs';

const app = express();
for (let made = 0; made < middlewareCount; made += 1) app.use((_request, _response, next) => next());
app.get('/', (_request, response) => response.set('server', 'windhover').type('text/plain').send('Hello, World!'));
const server = createServer({ keepAliveTimeout: 300_000 }, app);
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
