// Fastify on a server of @windhover/app-node.
import { createServer } from '@windhover/app-node';
import fastify from 'fastify';

const app = fastify({ serverFactory: (handler) => createServer({ keepAliveTimeout: 300_000 }, handler) });
app.get('/', (_request, reply) => {
  reply.header('server', 'windhover').type('text/plain').send('Hello, World!');
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
