// The floor of a server that reads into one reused buffer: like `net-floor`, but accepted sockets read with `onread`,
// which copies and allocates nothing for a chunk. It uses the handle of each accepted connection, which is undocumented
// in Node.js.
import { Socket, createServer } from 'node:net';

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

const buffer = Buffer.allocUnsafeSlow(64 * 1024);

const serve = (handle) => {
  let carry = ''; // start of an end of head that the next chunk may complete: at most three characters
  const callback = (size) => {
    const text = carry + buffer.latin1Slice(0, size);
    let heads = 0;
    let at = 0;
    for (let end = text.indexOf(endOfHead); end !== -1; end = text.indexOf(endOfHead, at)) {
      heads += 1;
      at = end + endOfHead.length;
    }
    carry = text.slice(Math.max(at, text.length - endOfHead.length + 1));
    if (heads > 0) socket.write(heads === 1 ? answer : answer.repeat(heads), 'latin1');
    return true;
  };
  const socket = new Socket({ handle, readable: true, writable: true, onread: { buffer, callback } });
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.resume(); // so that the end from the peer is noticed
};

const server = createServer();
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 }, () => {
  server._handle.onconnection = (error, handle) => {
    if (!error) serve(handle);
  };
});
