// WebSockets as most of the world runs them: `ws` on Node's own server. Every message comes back.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const body = 'Hello, World!';

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, server: 'windhover' });
  response.end(body);
});
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
