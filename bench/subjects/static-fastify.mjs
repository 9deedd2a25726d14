// `@fastify/static` on Fastify, with its defaults.
import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { staticFolder } from '../lib/support/static-folder.mjs';

const app = fastify({ keepAliveTimeout: 300_000 });
app.addHook('onRequest', async (_request, reply) => void reply.header('server', 'windhover'));
await app.register(fastifyStatic, { root: staticFolder(), index: false });
app.get('/', (_request, reply) => reply.type('text/plain').send('Hello, World!'));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
