// Routes by Express' router, which tries them in order.
import { createServer } from 'node:http';
import express from 'express';
import { routeCount, routePattern } from '../lib/support/route-list.mjs';

const app = express();
const greet = (_request, response) => response.set('server', 'windhover').type('text/plain').send('Hello, World!');
app.get('/', greet);
for (let number = 0; number < routeCount; number += 1) app.get(routePattern(number), greet);
const server = createServer({ keepAliveTimeout: 300_000 }, app);
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
