// Node's own server, with the same answer.
import { createServer } from 'node:http';

const body = 'Hello, World!';

const server = createServer({ keepAliveTimeout: 300_000 }, (_request, response) => {
  response.removeHeader('connection'); // HTTP/1.1 keeps the connection anyway: no Connection and Keep-Alive fields to write
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, server: 'windhover' });
  response.end(body);
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
