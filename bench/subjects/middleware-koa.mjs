// Middleware of Koa that pass the request on.
import { createServer } from 'node:http';
import Koa from 'koa';
import { middlewareCount } from '../lib/support/middleware-count.mjs';

const app = new Koa();
for (let made = 0; made < middlewareCount; made += 1) app.use((_context, next) => next());
app.use((context) => {
  context.set('server', 'windhover');
  context.type = 'text/plain';
  context.body = 'Hello, World!';
});
const server = createServer({ keepAliveTimeout: 300_000 }, app.callback());
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
