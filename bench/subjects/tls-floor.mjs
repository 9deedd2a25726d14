// The floor of TLS: one connection handler on node:tls with canned responses.
import { createServer } from 'node:tls';
import { downloadPath } from '../lib/load/heads.mjs';
import { testCertificate } from '../lib/support/test-certificate.mjs';

const endOfHead = '\r\n\r\n';
const download = Buffer.alloc(4 * 1024 * 1024, 'x');

const headOf = (length, more = '') =>
  'HTTP/1.1 200 OK\r\n' +
  'content-type: text/plain\r\n' +
  `content-length: ${length}\r\n` +
  `date: ${new Date().toUTCString()}\r\n` +
  `server: windhover\r\n${more}\r\n`;

let answer;
let lastAnswer;
const makeAnswers = () => {
  answer = `${headOf(13)}Hello, World!`;
  lastAnswer = `${headOf(13, 'connection: close\r\n')}Hello, World!`;
};
makeAnswers();
setInterval(makeAnswers, 1000).unref();

const server = createServer({ ...testCertificate(), noDelay: true, ALPNProtocols: ['http/1.1'] }, (socket) => {
  let carry = ''; // start of an end of head that the next chunk may complete: at most three characters
  socket.on('data', (chunk) => {
    const text = carry + chunk.latin1Slice();
    let heads = 0;
    let at = 0;
    for (let end = text.indexOf(endOfHead); end !== -1; end = text.indexOf(endOfHead, at)) {
      heads += 1;
      at = end + endOfHead.length;
    }
    carry = text.slice(Math.max(at, text.length - endOfHead.length + 1));
    if (heads === 0) return;
    if (text.startsWith(`GET ${downloadPath}`)) {
      socket.write(headOf(download.length), 'latin1');
      socket.write(download);
    } else if (text.includes('connection: close')) {
      socket.end(lastAnswer, 'latin1');
    } else {
      socket.write(heads === 1 ? answer : answer.repeat(heads), 'latin1');
    }
  });
  socket.on('error', () => socket.destroy());
});

server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
