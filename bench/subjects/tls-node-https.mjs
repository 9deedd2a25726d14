// Node's own server over TLS, with the same answers.
import { createServer } from 'node:https';
import { downloadPath } from '../lib/load/heads.mjs';
import { testCertificate } from '../lib/support/test-certificate.mjs';

const body = 'Hello, World!';
const download = Buffer.alloc(4 * 1024 * 1024, 'x');

const server = createServer({ ...testCertificate(), keepAliveTimeout: 300_000 }, (request, response) => {
  const content = request.url === downloadPath ? download : body;
  if (request.headers.connection !== 'close') response.removeHeader('connection');
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': content.length, server: 'windhover' });
  response.end(content);
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
