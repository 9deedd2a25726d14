// `sirv` on Node.js' own server in production mode: it reads the folder once, at the start.
import { createServer } from 'node:http';
import sirv from 'sirv';
import { staticFolder } from '../lib/support/static-folder.mjs';

const body = 'Hello, World!';
const serve = sirv(staticFolder(), { etag: true });

const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  response.removeHeader('connection');
  response.setHeader('server', 'windhover');
  serve(request, response, () => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  });
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
