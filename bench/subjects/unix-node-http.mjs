// Node's own server over a unix socket.
import { createServer } from 'node:http';
import { nodeRoutes } from '../lib/support/node-routes.mjs';

createServer({ keepAliveTimeout: 300_000 }, nodeRoutes).listen({ path: process.env.SOCKET_PATH, backlog: 1024 });
