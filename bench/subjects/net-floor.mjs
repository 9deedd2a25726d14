// The floor: one connection handler straight on node:net with a canned answer. It looks for the ends of heads and for nothing else.
import { createServer } from 'node:net';

const endOfHead = '\r\n\r\n';

const makeAnswer = () =>
  'HTTP/1.1 200 OK\r\n' +
  'content-type: text/plain\r\n' +
  'content-length: 13\r\n' +
  `date: ${new Date().toUTCString()}\r\n` +
  'server: windhover\r\n' +
  '\r\n' +
  'Hello, World!';

let answer = makeAnswer();
setInterval(() => (answer = makeAnswer()), 1000).unref();

const server = createServer({ noDelay: true }, (socket) => {
  let carry = ''; // what the next chunk may complete to an end of head: three characters at most
  socket.on('data', (chunk) => {
    const text = carry + chunk.latin1Slice();
    let heads = 0;
    let at = 0;
    for (let end = text.indexOf(endOfHead); end !== -1; end = text.indexOf(endOfHead, at)) {
      heads += 1;
      at = end + endOfHead.length;
    }
    carry = text.slice(Math.max(at, text.length - endOfHead.length + 1));
    if (heads > 0) socket.write(heads === 1 ? answer : answer.repeat(heads), 'latin1');
  });
  socket.on('error', () => socket.destroy());
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
