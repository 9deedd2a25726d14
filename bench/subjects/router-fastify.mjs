// Routes by Fastify's router.
import fastify from 'fastify';
import { routeCount, routePattern } from '../lib/support/route-list.mjs';

const app = fastify({ keepAliveTimeout: 300_000 });
const greet = (_request, reply) => reply.header('server', 'windhover').type('text/plain').send('Hello, World!');
app.get('/', greet);
for (let number = 0; number < routeCount; number += 1) app.get(routePattern(number), greet);
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
