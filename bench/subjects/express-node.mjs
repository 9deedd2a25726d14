// Express on Node's own server.
import { createServer } from 'node:http';
import { expressHello } from '../lib/support/express-hello.mjs';

const server = createServer({ keepAliveTimeout: 300_000 }, expressHello());
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
