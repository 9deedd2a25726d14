// The floor with several routes: directly on node:net, with canned heads. Of a request it reads the path, the content
// length, and whether the connection ends after the response.
import { createServer } from 'node:net';
import {
  download,
  gigabyte,
  gigabytePiece,
  gigabytePieces,
  greeting,
  idOf,
  jsonAnswer,
  paths,
  streamChunk,
  streamChunks,
} from '../lib/support/work.mjs';

const endOfHead = '\r\n\r\n';
let common = '';
const setCommon = () => (common = `date: ${new Date().toUTCString()}\r\nserver: windhover\r\n`);
setCommon();
setInterval(setCommon, 1000).unref();

const headOf = (length, type = 'text/plain', more = '') =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${length === undefined ? 'transfer-encoding: chunked' : `content-length: ${length}`}\r\n${common}${more}\r\n`;

const chunk = Buffer.concat([
  Buffer.from(`${streamChunk.length.toString(16)}\r\n`, 'latin1'),
  streamChunk,
  Buffer.from('\r\n'),
]);

/** Writes pieces, batched per turn, and waits if the client does not keep up. */
function pieces(socket, piece, count, end) {
  let sent = 0;
  const more = () => {
    socket.cork();
    process.nextTick(() => socket.uncork());
    while (sent < count) {
      sent += 1;
      if (!socket.write(piece) && sent < count) return socket.once('drain', more);
    }
    if (end !== undefined) socket.write(end, 'latin1');
  };
  more();
}

const withContent = (socket, head, content) => {
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(content);
  socket.uncork();
};

/** Answers a request whose content has arrived. */
function answer(socket, target, closes, content) {
  if (target.startsWith(paths.json)) {
    const text = JSON.stringify(jsonAnswer(idOf(target)));
    socket.write(headOf(text.length, 'application/json') + text, 'latin1');
  } else if (target === paths.echo) withContent(socket, headOf(content.length), content);
  else if (target === paths.download) withContent(socket, headOf(download.length), download);
  else if (target === paths.stream) {
    socket.write(headOf(undefined), 'latin1');
    pieces(socket, chunk, streamChunks, '0\r\n\r\n');
  } else if (target === paths.gigabyte) {
    socket.write(headOf(gigabyte), 'latin1');
    pieces(socket, gigabytePiece, gigabytePieces);
  } else if (closes) socket.end(headOf(greeting.length, 'text/plain', 'connection: close\r\n') + greeting, 'latin1');
  else socket.write(headOf(greeting.length) + greeting, 'latin1');
}

const server = createServer({ noDelay: true }, (socket) => {
  let carry = '';
  /** The request whose content is being read. */
  let current;

  const contentArrived = (bytes) => {
    current.received += bytes.length;
    if (current.keeps) current.parts.push(bytes);
    if (current.received < current.length) return;
    const { target, closes, parts } = current;
    current = undefined;
    answer(socket, target, closes, parts.length === 1 ? parts[0] : Buffer.concat(parts));
  };

  socket.on('data', (bytes) => {
    if (current !== undefined) return contentArrived(bytes);
    const text = carry + bytes.latin1Slice();
    let at = 0;
    for (let end = text.indexOf(endOfHead); end !== -1; end = text.indexOf(endOfHead, at)) {
      const head = text.slice(at, end);
      at = end + endOfHead.length;
      const from = head.indexOf(' ') + 1;
      const target = head.slice(from, head.indexOf(' ', from));
      const closes = head.includes('onnection: close'); // in either case
      const length = head.startsWith('POST') ? Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) : 0;
      if (length === 0) answer(socket, target, closes, Buffer.alloc(0));
      else {
        current = { target, closes, length, received: 0, keeps: target === paths.echo, parts: [] };
        const rest = Buffer.from(text.slice(at), 'latin1');
        carry = '';
        if (rest.length > 0) contentArrived(rest);
        return;
      }
    }
    carry = text.slice(at);
  });
  socket.on('error', () => socket.destroy());
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
