// Runs on the Node.js version that the binaries of uWebSockets.js were made for. The greeting, JSON and the echo.
const { App } = require(`${process.env.UWS_FOLDER}/@trufflesuite/uws-js-unofficial`);

const greeting = 'Hello, World!';
const download = Buffer.alloc(100 * 1024, 'x');

const answer = (response, content, type) => {
  response.cork(() => {
    response
      .writeHeader('content-type', type)
      .writeHeader('server', 'windhover')
      .writeHeader('date', date)
      .end(content);
  });
};
let date = new Date().toUTCString();
setInterval(() => (date = new Date().toUTCString()), 1000).unref();

const echo = (response) => {
  const parts = [];
  response.onAborted(() => {});
  response.onData((part, isLast) => {
    parts.push(Buffer.from(part.slice(0))); // the memory is only valid during the call
    if (isLast) answer(response, Buffer.concat(parts), 'text/plain');
  });
};

App({})
  .get('/', (response) => answer(response, greeting, 'text/plain'))
  .get('/download', (response) => answer(response, download, 'text/plain'))
  .get('/json', (response, request) => {
    const id = request.getQuery('id');
    const content = { message: greeting, id, tags: ['fast', 'strict', 'small'], count: 42, ok: true };
    answer(response, JSON.stringify(content), 'application/json');
  })
  .post('/echo', echo)
  .any('/*', (response) => response.writeStatus('404 Not Found').end())
  .listen('127.0.0.1', Number(process.env.PORT), (socket) => {
    if (!socket) process.exit(1);
  });
