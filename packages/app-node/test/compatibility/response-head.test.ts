import type { ServerResponse } from 'node:http';
import { answers, attempt, chunks, differs, get, head, ok, persistent } from './requests.ts';
import { describeCompatibility } from './compare.ts';
import type { Case } from './two-servers.ts';

/** An informational response as text, in pieces. It is not documented, but programs write 102 with it. */
const writeProcessing = (res: ServerResponse, written: () => void): void => {
  const raw = res as unknown as { _writeRaw(text: string, written?: () => void): boolean };
  raw._writeRaw('HTTP/1.1 102 Processing\r\n');
  raw._writeRaw('X-A: 1\r\n');
  raw._writeRaw('\r\n', written);
};

const setting: Case[] = [
  answers('_writeRaw in pieces', (res, see) => writeProcessing(res, () => (see('written'), res.end('x')))),
  answers('setHeader', (res) => (res.setHeader('X-A', '1'), res.setHeader('x-b', ['2', '3']), res.end('x'))),
  answers('setHeader with a number', (res) => (res.setHeader('X-A', 7), res.end('x'))),
  answers('setHeader twice', (res) => (res.setHeader('X-A', '1'), res.setHeader('x-a', '2'), res.end('x'))),
  answers('setHeader with an empty value', (res) => (res.setHeader('X-A', ''), res.end('x'))),
  differs(
    'field values: spaces around them, characters above 0x7f',
    answers('setHeader with latin1', (res) => (res.setHeader('X-A', 'é'), res.end('x'))),
    ok('x', 'x-a: é'),
  ),
  differs(
    'field values: spaces around them, characters above 0x7f',
    answers('setHeader with spaces around', (res) => (res.setHeader('X-A', ' a '), res.end('x'))),
    ok('x', 'x-a: a'),
  ),
  answers('setHeader returns the response', (res, see) => (see(res.setHeader('x', '1') === res), res.end())),
  answers('Set-Cookie as an array', (res) => (res.setHeader('Set-Cookie', ['a=1', 'b=2']), res.end('x'))),
  answers('Cookie as an array', (res) => (res.setHeader('Cookie', ['a=1', 'b=2']), res.end('x'))),
  answers(
    'Vary and Link as arrays',
    (res) => (res.setHeader('Vary', ['a', 'b']), res.setHeader('Link', ['<a>', '<b>']), res.end('x')),
  ),
  answers('appendHeader', (res) => (res.appendHeader('X-A', '1'), res.appendHeader('x-a', '2'), res.end('x'))),
  answers(
    'appendHeader to an array',
    (res) => (res.setHeader('X-A', ['1']), res.appendHeader('x-a', ['2', '3']), res.end('x')),
  ),
  answers(
    'setHeaders with a Map',
    (res) => (
      res.setHeaders(
        new Map([
          ['X-A', '1'],
          ['X-B', '2'],
        ]),
      ),
      res.end('x')
    ),
  ),
  answers(
    'setHeaders with Headers',
    (res) => (
      res.setHeaders(
        new Headers([
          ['x-a', '1'],
          ['set-cookie', 'a'],
          ['set-cookie', 'b'],
        ]),
      ),
      res.end('x')
    ),
  ),
  answers(
    'setHeaders with an object',
    (res, see) => (attempt(see, () => res.setHeaders({ a: '1' } as never)), res.end()),
  ),
  answers('removeHeader', (res) => (res.setHeader('X-A', '1'), res.removeHeader('x-a'), res.end('x'))),
  answers('removeHeader of Content-Length', (res) => (res.removeHeader('Content-Length'), res.end('x'))),
  differs(
    'content that only the end of the connection ends',
    answers(
      'removeHeader of Transfer-Encoding',
      (res) => (res.removeHeader('Transfer-Encoding'), res.write('a'), res.end('b')),
    ),
    chunks('ab'),
  ),
  answers('removeHeader of Connection', (res) => (res.removeHeader('Connection'), res.end('x'))),
  differs(
    '`Date`',
    answers('removeHeader of Date', (res) => (res.removeHeader('Date'), res.end('x'))),
    ok('x'),
  ),
  differs(
    '`Date`',
    answers('sendDate = false', (res) => ((res.sendDate = false), res.end('x'))),
    ok('x'),
  ),
  answers(
    'a Date of the handler',
    (res, see) => (res.setHeader('Date', 'Thu, 01 Jan 1970 00:00:00 GMT'), see(res.getHeader('date')), res.end('x')),
  ),
  answers('Server', (res) => (res.setHeader('Server', 'mine'), res.end('x'))),
  answers(
    'getHeader',
    (res, see) => (
      res.setHeader('X-A', ['1', '2']),
      see(res.getHeader('x-a'), res.getHeader('X-A'), res.getHeader('x-b')),
      res.end()
    ),
  ),
  answers(
    'getHeaders',
    (res, see) => (
      res.setHeader('X-A', '1'),
      see({ ...res.getHeaders() }, res.getHeaderNames(), res.hasHeader('x-A')),
      res.end()
    ),
  ),
  answers(
    'getRawHeaderNames',
    (res, see) => (
      res.setHeader('X-A', '1'),
      res.setHeader('x-B', '1'),
      see((res as never as { getRawHeaderNames(): string[] }).getRawHeaderNames()),
      res.end()
    ),
  ),
  answers(
    'getHeaders after end',
    (res, see) => (res.setHeader('X-A', '1'), res.end('x'), see({ ...res.getHeaders() }, res.headersSent)),
  ),
  answers(
    'getHeader after writeHead',
    (res, see) => (
      res.setHeader('X-A', '1'),
      res.writeHead(200, { 'X-B': '2' }),
      see({ ...res.getHeaders() }),
      res.end()
    ),
  ),
  answers(
    'getHeader after writeHead alone',
    (res, see) => (res.writeHead(200, { 'X-B': '2' }), see({ ...res.getHeaders() }), res.end()),
  ),
  answers(
    '_headers of old code',
    (res, see) => (res.setHeader('X-A', '1'), see({ ...(res as never as { _headers: object })._headers }), res.end()),
  ),
];

const writing: Case[] = [
  answers('writeHead(status)', (res) => (res.writeHead(404), res.end('no'))),
  answers('writeHead(status) and nothing else', (res) => res.writeHead(404).end()),
  answers('writeHead(status, reason)', (res) => (res.writeHead(200, 'Fine'), res.end('x'))),
  differs(
    'an empty status message',
    answers('writeHead(status, empty reason)', (res) => (res.writeHead(200, ''), res.end('x'))),
    chunks('x'),
  ),
  answers('writeHead(status, headers)', (res) => (res.writeHead(201, { 'X-A': '1', 'X-B': ['2', '3'] }), res.end('x'))),
  answers(
    'writeHead(status, undefined, headers)',
    (res) => (res.writeHead(201, undefined, { 'X-A': '1' }), res.end('x')),
  ),
  answers('writeHead(status, reason, headers)', (res) => (res.writeHead(201, 'Yes', { 'X-A': '1' }), res.end('x'))),
  answers('writeHead(status, flat array)', (res) => (res.writeHead(200, ['X-A', '1', 'X-A', '2']), res.end('x'))),
  answers(
    'writeHead(status, flat array) over setHeader',
    (res) => (
      res.setHeader('x-a', '0'),
      res.setHeader('x-b', '0'),
      res.writeHead(200, ['X-A', '1', 'X-A', '2']),
      res.end('x')
    ),
  ),
  answers(
    'writeHead(status, pairs)',
    (res) => (
      res.writeHead(200, [
        ['X-A', '1'],
        ['X-A', '2'],
      ] as never),
      res.end('x')
    ),
  ),
  answers(
    'writeHead(status, odd array)',
    (res, see) => (attempt(see, () => res.writeHead(200, ['X-A'] as never)), res.end('x')),
  ),
  answers(
    'writeHead over setHeader',
    (res) => (res.setHeader('X-A', '1'), res.setHeader('X-B', '1'), res.writeHead(200, { 'x-a': '2' }), res.end('x')),
  ),
  answers('writeHead with Content-Length', (res) => (res.writeHead(200, { 'Content-Length': 5 }), res.end('hello'))),
  answers(
    'writeHead with Content-Length in text',
    (res) => (res.writeHead(200, { 'content-length': '5' }), res.write('he'), res.end('llo')),
  ),
  answers('writeHead with Set-Cookie', (res) => (res.writeHead(200, { 'Set-Cookie': ['a', 'b'] }), res.end())),
  answers('writeHead returns the response', (res, see) => see(res.writeHead(200) === res.end())),
  answers('writeHead with a bad status', (res, see) => {
    for (const status of [0, 99, 1000, -1, Number.NaN, 'x', undefined])
      attempt(see, () => res.writeHead(status as never));
    res.end('x');
  }),
  answers(
    'writeHead with a status in text',
    (res, see) => (attempt(see, () => res.writeHead('201' as never)), see(res.statusCode), res.end('x')),
  ),
  answers(
    'writeHead with a fraction',
    (res, see) => (attempt(see, () => res.writeHead(200.5)), see(res.statusCode), res.end('x')),
  ),
  answers(
    'writeHead with a bad reason',
    (res, see) => (attempt(see, () => res.writeHead(200, 'a\r\nb')), (res.statusMessage = 'c'), res.end('x')),
  ),
  answers(
    'writeHead with a bad name',
    (res, see) => (attempt(see, () => res.writeHead(200, { 'a b': '1' })), res.end('x')),
  ),
  answers(
    'writeHead with a bad value',
    (res, see) => (attempt(see, () => res.writeHead(200, { a: 'b\nc' })), res.end('x')),
  ),
  answers(
    'writeHead with undefined',
    (res, see) => (attempt(see, () => res.writeHead(200, { a: undefined } as never)), res.end('x')),
  ),
  answers('writeHead twice', (res, see) => (res.writeHead(200), attempt(see, () => res.writeHead(201)), res.end())),
  answers('statusMessage', (res) => ((res.statusMessage = 'Own'), res.end('x'))),
  answers('statusMessage before writeHead', (res) => ((res.statusMessage = 'Own'), res.writeHead(200), res.end('x'))),
  answers('statusMessage after end', (res, see) => (res.end('x'), see(res.statusMessage, res.statusCode))),
  answers('statusMessage before end', (res, see) => (see(res.statusMessage), res.end('x'))),
  answers(
    'a bad statusMessage',
    (res, see) => (
      (res.statusMessage = 'a\nb'),
      attempt(see, () => res.end('x')),
      (res.statusMessage = 'c'),
      attempt(see, () => res.end('x'))
    ),
  ),
  answers('statusCode', (res) => ((res.statusCode = 418), res.end('x'))),
  answers('an unknown statusCode', (res) => ((res.statusCode = 799), res.end('x'))),
  answers('a bad statusCode', (res, see) => {
    res.statusCode = 42;
    attempt(see, () => res.end('x'));
    res.statusCode = 200;
    attempt(see, () => res.end('x'));
  }),
  answers('204', (res) => ((res.statusCode = 204), res.end())),
  ...[0, 7].map((length) =>
    differs(
      '204 with `Content-Length`',
      answers(
        `204 with Content-Length: ${length}`,
        (res) => (res.writeHead(204, { 'Content-Length': length }), res.end()),
      ),
      {
        messages: [
          {
            status: 'HTTP/1.1 204 No Content',
            fields: [...persistent, 'date: …'].toSorted(),
            content: '',
            trailers: [],
          },
        ],
      },
    ),
  ),
  answers('204 with content', (res) => ((res.statusCode = 204), res.end('ignored'))),
  answers('204 with write', (res) => ((res.statusCode = 204), res.write('ignored'), res.end())),
  answers('304 with ETag', (res) => ((res.statusCode = 304), res.setHeader('ETag', '"x"'), res.end())),
  answers('304 with Content-Length', (res) => (res.writeHead(304, { 'Content-Length': 5 }), res.end())),
  answers('304 with content', (res) => ((res.statusCode = 304), res.end('ignored'))),
  answers('205', (res) => ((res.statusCode = 205), res.end())),
  ...(
    [
      ['end', (res) => ((res.statusCode = 205), res.end('ignored'))],
      ['write', (res) => ((res.statusCode = 205), res.write('ignored'), res.end())],
      ['a length', (res) => (res.writeHead(205, { 'Content-Length': 7 }), res.end('ignored'))],
      ['chunks', (res) => (res.writeHead(205, { 'Transfer-Encoding': 'chunked' }), res.end('ignored'))],
      ['flushHeaders', (res) => ((res.statusCode = 205), res.flushHeaders(), res.end('ignored'))],
    ] as const satisfies readonly (readonly [string, (res: ServerResponse) => void])[]
  ).map(([how, respond]) =>
    differs('205 with content', answers(`205 with content: ${how}`, respond), {
      messages: [
        {
          status: 'HTTP/1.1 205 Reset Content',
          fields: [...persistent, 'content-length: 0', 'date: …'].toSorted(),
          content: '',
          trailers: [],
        },
      ],
    }),
  ),
  answers('HEAD', (res) => (res.setHeader('Content-Length', 5), res.end('hello')), head),
  answers('HEAD without a length', (res) => res.end('hello'), head),
  answers('HEAD without content', (res) => res.end(), head),
  answers('HEAD with write', (res) => (res.write('he'), res.end('llo')), head),
  answers('HEAD with writeHead', (res) => (res.writeHead(200, { 'X-A': '1' }), res.end()), head),
  answers('HEAD pipelined', (res) => res.end('hello'), head + get),
  answers('flushHeaders', (res) => (res.flushHeaders(), setImmediate(() => res.end('late')))),
  answers(
    'flushHeaders twice',
    (res, see) => (res.flushHeaders(), see(res.headersSent), res.flushHeaders(), res.end('x')),
  ),
  answers('flushHeaders and no content', (res) => (res.flushHeaders(), res.end())),
  answers('flushHeaders with 204', (res) => ((res.statusCode = 204), res.flushHeaders(), res.end())),
  answers('headersSent', (res, see) => (see(res.headersSent), res.write('x'), see(res.headersSent), res.end())),
  answers(
    'Transfer-Encoding: chunked of the handler',
    (res) => (res.setHeader('Transfer-Encoding', 'chunked'), res.end('x')),
  ),
  ...['204 No Content', '304 Not Modified'].map((status) =>
    differs(
      '`Transfer-Encoding` with 204 or 304',
      answers(
        `Transfer-Encoding: chunked of the handler with ${status}`,
        (res) => (res.writeHead(Number.parseInt(status, 10), { 'Transfer-Encoding': 'chunked' }), res.end()),
        get + get,
      ),
      {
        messages: [
          { status: `HTTP/1.1 ${status}`, fields: ['connection: close', 'date: …'], content: '', trailers: [] },
        ],
      },
    ),
  ),
  answers('Connection: close', (res) => (res.setHeader('Connection', 'close'), res.end('x')), get + get),
  answers('Connection: keep-alive', (res) => (res.setHeader('Connection', 'keep-alive'), res.end('x')), get + get),
  answers(
    'Connection: close in writeHead',
    (res) => (res.writeHead(200, { Connection: 'close' }), res.end('x')),
    get + get,
  ),
  ...[
    [
      'Connection: keep-alive and Keep-Alive',
      [
        ['Connection', 'keep-alive'],
        ['Keep-Alive', 'timeout=7'],
      ],
    ],
    ['Keep-Alive alone', [['keep-alive', 'timeout=7, max=2']]],
    ['Connection with another option', [['Connection', 'x-a']]],
    ['Connection with close in a list', [['Connection', 'x-a, close']]],
    ['Connection in two lines', [['Connection', ['keep-alive', 'x-a']]]],
    ['Connection in two lines, one of them close', [['Connection', ['x-a', 'close']]]],
  ].map(([name, fields]) =>
    answers(
      `${name as string} of the handler`,
      (res) => {
        for (const [field, value] of fields as [string, string][]) res.setHeader(field, value);
        res.end('x');
      },
      get + get,
    ),
  ),
  answers(
    'Connection: keep-alive in writeHead',
    (res) => (res.writeHead(200, { connection: 'Keep-Alive' }), res.end('x')),
    get + get,
  ),
  answers(
    'removeHeader of Connection, set again',
    (res) => (res.removeHeader('Connection'), res.setHeader('Connection', 'keep-alive'), res.end('x')),
  ),
  answers('shouldKeepAlive = false', (res) => ((res.shouldKeepAlive = false), res.end('x')), get + get),
];

const misuse: Case[] = [
  answers(
    'setHeader after the head',
    (res, see) => (res.write('x'), attempt(see, () => res.setHeader('a', '1')), res.end()),
  ),
  answers(
    'appendHeader after the head',
    (res, see) => (res.write('x'), attempt(see, () => res.appendHeader('a', '1')), res.end()),
  ),
  answers(
    'removeHeader after the head',
    (res, see) => (res.write('x'), attempt(see, () => res.removeHeader('a')), res.end()),
  ),
  answers(
    'writeHead after the head',
    (res, see) => (res.write('x'), attempt(see, () => res.writeHead(200)), res.end()),
  ),
  answers('setHeader with a bad name', (res, see) => {
    for (const name of ['a b', '', 'é', 'a:', undefined]) attempt(see, () => res.setHeader(name as never, '1'));
    res.end();
  }),
  answers('setHeader with a bad value', (res, see) => {
    for (const value of ['b\r\nc', 'a\0', '✓', undefined]) attempt(see, () => res.setHeader('a', value as never));
    res.end();
  }),
  answers(
    'setHeader without a value',
    (res, see) => (attempt(see, () => (res.setHeader as unknown as (n: string) => void)('a')), res.end()),
  ),
  answers('getHeader with a number', (res, see) => (attempt(see, () => res.getHeader(7 as never)), res.end())),
  answers(
    'addTrailers with a bad name',
    (res, see) => (res.write('x'), attempt(see, () => res.addTrailers({ 'a b': '1' })), res.end()),
  ),
  answers(
    'addTrailers with a bad value',
    (res, see) => (res.write('x'), attempt(see, () => res.addTrailers({ a: 'b\n' })), res.end()),
  ),
  answers(
    'writeEarlyHints with a bad link',
    (res, see) => (
      attempt(see, () => res.writeEarlyHints({ link: 'bad' })),
      attempt(see, () => res.writeEarlyHints(7 as never)),
      res.end()
    ),
  ),
  answers(
    'writeContinue after the head',
    (res, see) => (res.write('x'), attempt(see, () => res.writeContinue()), res.end()),
  ),
  {
    ...answers(
      'writeProcessing after the head',
      (res, see) => (res.write('x'), attempt(see, () => res.writeProcessing()), res.end()),
    ),
    // Node.js 22 writes it into the content.
    fault: {
      node: { seen: [['no error']] },
      here: { ...chunks('x'), seen: [[{ code: 'HTTP_INFORMATIONAL_INVALID', name: 'HttpError' }]] },
    },
  },
  answers('strictContentLength with too little', (res, see) => {
    res.strictContentLength = true;
    res.setHeader('Content-Length', 5);
    attempt(see, () => res.end('abc'));
    attempt(see, () => res.end('de'));
  }),
  answers('strictContentLength with too much', (res, see) => {
    res.strictContentLength = true;
    res.setHeader('Content-Length', 5);
    attempt(see, () => res.write('abcdef'));
    res.destroy();
  }),
];

describeCompatibility('headers of a response', setting);
describeCompatibility('the head of a response', writing);
describeCompatibility('misuse of the head of a response', misuse);
