// Node's own server with more than one route.
import { createServer } from 'node:http';
import { nodeRoutes } from '../lib/support/node-routes.mjs';

const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, nodeRoutes);
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
