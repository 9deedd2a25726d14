// Fastify on Node's own server.
import fastify from 'fastify';

const app = fastify({ keepAliveTimeout: 300_000 });
app.get('/', (_request, reply) => {
  reply.header('server', 'windhover').type('text/plain').send('Hello, World!');
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
