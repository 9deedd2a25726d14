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

/**
 * The minimal work of a server on `node:net`: looks only for the ends of heads, and sends a canned response.
 * @param {import('node:net').Socket} socket
 */
export function canned(socket) {
  let carry = ''; // start of an end of head that the next chunk may complete: at most three characters
  socket.on('data', (/** @type {Buffer & { latin1Slice: () => string }} */ chunk) => {
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
}
