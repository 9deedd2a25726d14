// Fastify on Node's own server with more than one route.
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import fastify from 'fastify';
import {
  download,
  gigabyte,
  gigabytePiece,
  gigabytePieces,
  greeting,
  jsonAnswer,
  paths,
  streamChunk,
  streamChunks,
} from '../lib/support/work.mjs';

const app = fastify({ keepAliveTimeout: 300_000, bodyLimit: 2 ** 31 });

function* pieces(piece, count) {
  for (let sent = 0; sent < count; sent += 1) yield piece;
}

const text = (reply) => reply.header('server', 'windhover').type('text/plain');

app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, content, done) => done(null, content));
app.get('/', (_request, reply) => text(reply).send(greeting));
app.get(paths.json, (request, reply) => reply.header('server', 'windhover').send(jsonAnswer(request.query.id)));
app.get(paths.download, (_request, reply) => text(reply).send(download));
app.get(paths.stream, (_request, reply) =>
  text(reply).send(Readable.from(pieces(streamChunk, streamChunks), { objectMode: false })),
);
app.get(paths.gigabyte, (_request, reply) =>
  text(reply)
    .header('content-length', gigabyte)
    .send(Readable.from(pieces(gigabytePiece, gigabytePieces), { objectMode: false })),
);
app.post(paths.echo, (request, reply) => text(reply).send(request.body));
app.post(paths.upload, async (request, reply) => {
  // Content of type text/plain has already been read.
  if (!Buffer.isBuffer(request.body)) await finished(request.body.resume());
  return text(reply).send(greeting);
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
