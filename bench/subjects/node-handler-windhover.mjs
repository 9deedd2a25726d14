// The handler of node-http.mjs on a server of @windhover/app-node.
import { createServer } from '@windhover/app-node';

const body = 'Hello, World!';

const server = createServer({ keepAliveTimeout: 300_000 }, (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, server: 'windhover' });
  response.end(body);
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
