// Node.js' own HTTP/2 server with its stream API, which is cheaper than requests and responses.
import { createServer } from 'node:http2';
import { downloadPath } from '../lib/load/heads.mjs';

const greeting = 'Hello, World!';
const download = Buffer.alloc(100 * 1024, 'x');

const server = createServer();
server.on('stream', (stream, headers) => {
  const answer = (/** @type {string | Uint8Array} */ content) => {
    stream.respond({
      ':status': 200,
      'content-type': 'text/plain',
      'content-length': content.length,
      server: 'windhover',
    });
    stream.end(content);
  };
  if (headers[':method'] === 'POST') {
    stream.on('data', () => {});
    stream.on('end', () => answer(greeting));
  } else {
    answer(headers[':path'] === downloadPath ? download : greeting);
  }
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
