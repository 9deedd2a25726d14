import { describeCompatibility } from './compare.ts';
import { attempt, chunks, echo, ok } from './requests.ts';
import type { Case } from './two-servers.ts';

const expecting = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';
const goAhead = [expecting, { awaits: 'HTTP/1.1 100 Continue\r\n\r\n' }, 'hello'];

const cases: Case[] = [
  { name: '100 is sent, then the content is read', sent: goAhead, handler: echo },
  {
    name: 'Expect of HTTP/1.0 is ignored',
    sent: expecting.replace('1.1', '1.0') + 'hello',
    handler: (req, res) => void req.pipe(res.setHeader('Content-Length', 5)),
  },
  {
    name: 'Expect without content',
    sent: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n',
    handler: echo,
    differs: {
      row: '`100 Continue`',
      here: {
        ...ok(''),
      },
    },
  },
  {
    name: 'content with the request',
    sent: expecting + 'hello',
    handler: echo,
    differs: { row: '`100 Continue`', here: { seen: [['hello', true, {}, [], {}]] } },
  },
  {
    name: 'an answer without reading',
    sent: [expecting, { awaits: 'no' }, 'hello'],
    handler: (_, res) => res.end('no'),
    responses: 1,
    differs: {
      row: '`100 Continue`',
      here: {
        messages: [
          {
            status: 'HTTP/1.1 200 OK',
            fields: ['connection: close', 'content-length: 2', 'date: …'],
            content: 'no',
            trailers: [],
          },
        ],
      },
    },
  },
  {
    name: 'checkContinue with writeContinue',
    sent: goAhead,
    handler: () => {},
    prepare: (server, see) =>
      server.on('checkContinue', (request, response) => {
        see('checkContinue', request.headers.expect);
        response.writeContinue(() => see('called'));
        void echo(request, response, see);
      }),
  },
  {
    name: 'checkContinue that refuses',
    sent: expecting,
    handler: () => {},
    prepare: (server) =>
      server.on('checkContinue', (_, response) => response.writeHead(403, { 'Content-Length': 2 }).end('no')),
  },
  {
    name: 'checkContinue that refuses without content',
    sent: expecting,
    handler: () => {},
    prepare: (server) =>
      server.on('checkContinue', (_, response) => void ((response.statusCode = 413), response.end())),
  },
  {
    name: 'checkContinue of HTTP/1.0: request is emitted',
    sent: expecting.replace('1.1', '1.0') + 'hello',
    handler: (req, res, see) => (see('request'), req.pipe(res.setHeader('Content-Length', 5))),
    prepare: (server, see) => server.on('checkContinue', (_, response) => (see('checkContinue'), response.end())),
  },
  {
    name: 'a refusal of a client that waits for 100: the server closes the connection',
    sent: expecting,
    handler: () => {},
    responses: 0,
    prepare: (server) =>
      server.on('checkContinue', (_, response) => response.writeHead(403, { 'Content-Length': 2 }).end('no')),
  },
  {
    name: 'checkContinue that emits request',
    sent: goAhead,
    handler: echo,
    prepare: (server) =>
      server.on(
        'checkContinue',
        (request, response) => (response.writeContinue(), server.emit('request', request, response)),
      ),
  },
  {
    name: 'writeContinue twice and after the head',
    sent: goAhead,
    handler: () => {},
    prepare: (server, see) =>
      server.on('checkContinue', (request, response) => {
        response.writeContinue();
        request.resume().on('end', () => {
          response.writeHead(200);
          attempt(see, () => response.writeContinue());
          response.end('x');
        });
      }),
    // Node.js 22 sends it again.
    fault: {
      node: { seen: [['no error']] },
      here: {
        messages: [
          { status: 'HTTP/1.1 100 Continue', fields: [], content: '', trailers: [] },
          ...chunks('x').messages!,
        ],
      },
    },
  },
  {
    name: 'another expectation',
    sent: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n',
    handler: (_, res) => res.end('x'),
    differs: {
      row: 'other expectations, `checkExpectation`',
      here: {
        messages: [
          {
            status: 'HTTP/1.1 417 Expectation Failed',
            fields: ['connection: close', 'content-length: 0', 'date: …'],
            content: '',
            trailers: [],
          },
        ],
      },
    },
  },
];

describeCompatibility('Expect', cases);
