// Hooks of Fastify that pass the request on.
import fastify from 'fastify';
import { middlewareCount } from '../lib/support/middleware-count.mjs';

const app = fastify({ keepAliveTimeout: 300_000 });
for (let made = 0; made < middlewareCount; made += 1) app.addHook('onRequest', (_request, _reply, done) => done());
app.get('/', (_request, reply) => reply.header('server', 'windhover').type('text/plain').send('Hello, World!'));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
