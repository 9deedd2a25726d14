// Koa on Node's own server.
import { createServer } from 'node:http';
import Koa from 'koa';

const app = new Koa();
app.use((context) => {
  context.set('server', 'windhover');
  context.type = 'text/plain';
  context.body = 'Hello, World!';
});
const server = createServer({ keepAliveTimeout: 300_000 }, app.callback());
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
