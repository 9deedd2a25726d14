// WebSockets in the most common setup: `ws` on Node.js' own server.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serveWebSocket } from '../lib/support/ws-application.mjs';

const body = 'Hello, World!';

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, server: 'windhover' });
  response.end(body);
});
new WebSocketServer({ server }).on('connection', (socket, request) => serveWebSocket(socket, request.url));

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
