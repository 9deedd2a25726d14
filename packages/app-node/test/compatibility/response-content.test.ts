import { ServerResponse } from 'node:http';
import { describeCompatibility } from './compare.ts';
import { answers, attempt, chunks, differs, head, ok, responseEvents, watch } from './requests.ts';
import type { Case } from './two-servers.ts';

/** What the case `states` sees. Node.js 22 has finished a small response when `end` returns. */
const statesSeen = (isFinishedAtEnd: boolean): readonly unknown[] => [
  [true, false, false, false, false, false, null],
  [true, false, false, false, false, true, null],
  [true, true, isFinishedAtEnd, true, false, true, null],
  [true, true, true, true, false, true, null],
  [true, true, true, true, true, true, null],
];

const cases: Case[] = [
  answers('end(text)', (res) => res.end('hello')),
  answers('end(buffer)', (res) => res.end(Buffer.from('hello'))),
  answers('end(Uint8Array)', (res) => res.end(new Uint8Array([104, 105]))),
  answers('end()', (res) => res.end()),
  answers("end('')", (res) => res.end('')),
  answers('end(null)', (res) => res.end(null)),
  answers('end(text, encoding)', (res) => res.end('aGk=', 'base64')),
  answers('end(latin1)', (res) => res.end('é', 'latin1')),
  answers('end(utf-8)', (res) => res.end('héllo ✓')),
  answers('end(callback)', (res, see) => res.end(() => see('called', res.writableFinished))),
  answers('end(text, callback)', (res, see) => res.end('x', () => see('called', res.writableFinished))),
  answers('end returns the response', (res, see) => see(res.end('x') === res)),
  answers('write and end', (res) => (res.write('a'), res.write('b'), res.end('c'))),
  answers('write and end()', (res) => (res.write('a'), res.end())),
  answers('write later', (res) => (res.write('a'), setImmediate(() => res.end('b')))),
  answers(
    'write with encodings',
    (res) => (res.write('aGk=', 'base64'), res.write('6869', 'hex'), res.end('é', 'latin1')),
  ),
  answers('write of nothing', (res, see) => (see(res.write('')), res.end('x'))),
  answers(
    'write of an empty buffer',
    (res, see) => (see(res.write(Buffer.alloc(0), () => see('called'))), res.end('x')),
  ),
  answers('write callbacks', (res, see) => (res.write('a', () => see('a')), res.end('b', () => see('b')))),
  answers('write returns', (res, see) => (see(res.write('a'), res.write('b')), res.end())),
  answers('Content-Length with write', (res) => (res.setHeader('Content-Length', 5), res.write('he'), res.end('llo'))),
  answers('Content-Length: 0', (res) => (res.setHeader('Content-Length', 0), res.end())),
  answers('cork', (res) => (res.cork(), res.write('a'), res.write('b'), res.uncork(), res.end())),
  {
    ...answers('cork and end', (res) => (res.cork(), res.write('a'), res.end('b'))),
    // Node.js 22 and 24 write the last chunk before the content that is corked.
    fault: {
      node: {
        messages: [...chunks('a').messages!, { status: 'cut: 1', fields: ['', 'b'], content: '', trailers: [] }],
      },
      here: chunks('ab'),
    },
  },
  answers(
    'writableCorked',
    (res, see) => (
      see(res.writableCorked),
      res.cork(),
      see(res.writableCorked),
      res.uncork(),
      see(res.writableCorked),
      res.end()
    ),
  ),
  answers('large content', (res) => res.end('x'.repeat(300_000))),
  answers('a large buffer', (res) => res.end(Buffer.alloc(1_000_000, 'y'))),
  answers('many pieces', (res) => {
    for (let piece = 0; piece < 500; piece++) res.write(`${piece},`);
    res.end();
  }),
  ...[1, 15, 16, 255, 256, 4096, 40_000].map((size) =>
    answers(`writableLength of a chunk of ${size} bytes`, (res, see) => {
      res.flushHeaders();
      const before = res.writableLength;
      see(res.write(Buffer.alloc(size)), res.writableLength - before, res.writableNeedDrain);
      res.end();
      res.on('finish', () => see(res.writableLength));
    }),
  ),
  answers('writableLength with a length', (res, see) => {
    res.writeHead(200, { 'Content-Length': 300 }).flushHeaders();
    const before = res.writableLength;
    for (let piece = 0; piece < 3; piece++) see(res.write('x'.repeat(100)), res.writableLength - before);
    setImmediate(() => (see(res.writableLength), res.end()));
  }),
  ...[0, 1, 10_000].map((highWaterMark) => ({
    ...answers(`write above a highWaterMark of ${highWaterMark}`, (res, see) => {
      see(
        res.write('x'.repeat(11_000), () => see('written')),
        res.writableNeedDrain,
      );
      res.once('drain', () => {
        see('drain', res.writableLength, res.writableNeedDrain);
        res.end('y', () => see('ended'));
      });
    }),
    options: { highWaterMark },
  })),
  {
    ...answers('many writes in one turn', (res, see) => {
      const returned = Array.from({ length: 20 }, () => res.write('x'.repeat(1000)));
      see(returned.indexOf(false) > 0, returned.lastIndexOf(true) + 1 === returned.indexOf(false));
      see(res.writableLength > 20_000, res.writableNeedDrain);
      res.once('drain', () => (see('drain', res.writableLength), res.end()));
    }),
    options: { highWaterMark: 10_000 },
  },
  {
    ...answers('a write after pressure in the next turn', (res, see) => {
      see(res.write('x'.repeat(12_000)));
      setImmediate(() => (see(res.write('y'), res.writableNeedDrain), res.end()));
      res.on('drain', () => see('drain'));
    }),
    options: { highWaterMark: 10_000 },
  },
  answers('drain', (res, see) => {
    let left = 20;
    const more = (): void => {
      while (left-- > 0) if (!res.write('z'.repeat(100_000))) return void res.once('drain', more);
      see('drained');
      res.end();
    };
    more();
  }),
  answers(
    'trailers',
    (res) => (res.writeHead(200, { Trailer: 'X-Sum' }), res.write('x'), res.addTrailers({ 'X-Sum': '1' }), res.end()),
  ),
  answers(
    'trailers as pairs',
    (res) => (
      res.writeHead(200, { Trailer: 'X-Sum' }),
      res.write('x'),
      res.addTrailers([
        ['X-Sum', '1'],
        ['X-B', '2'],
      ]),
      res.end()
    ),
  ),
  answers(
    'trailers with a length',
    (res) => (res.setHeader('Content-Length', 1), res.addTrailers({ a: '1' }), res.end('x')),
  ),
  answers(
    'trailers of HTTP/1.0',
    (res) => (res.write('x'), res.addTrailers({ a: '1' }), res.end()),
    'GET / HTTP/1.0\r\n\r\n',
  ),
  answers('Trailer and no trailers', (res) => (res.setHeader('Trailer', 'X-Sum'), res.end('x'))),
  answers(
    'Trailer with a length',
    (res, see) => (attempt(see, () => res.writeHead(200, { Trailer: 'X-Sum', 'Content-Length': 1 })), res.end('x')),
  ),
  {
    ...answers('states', (res, see) => {
      const states = (): void =>
        see(
          res.writable,
          res.writableEnded,
          res.writableFinished,
          res.finished,
          res.destroyed,
          res.headersSent,
          res.errored,
        );
      states();
      res.on('finish', states).on('close', states);
      res.write('x');
      states();
      res.end();
      states();
    }),
    fault: { node: { seen: statesSeen(true) }, here: { seen: statesSeen(false) } },
  },
  answers('lengths', (res, see) => {
    see(res.writableLength, res.writableHighWaterMark, res.writableObjectMode, res.writableNeedDrain);
    res.end();
  }),
  answers('events', (res, see) => (watch(res, 'response', see, responseEvents), res.end('x', () => see('callback')))),
  answers(
    'events with write',
    (res, see) => (watch(res, 'response', see, responseEvents), res.write('a', () => see('written')), res.end('x')),
  ),
  answers('events of HEAD', (res, see) => (watch(res, 'response', see, responseEvents), res.end('x')), head),
  answers('events of 204', (res, see) => (watch(res, 'response', see, responseEvents), res.writeHead(204), res.end())),
  answers('write after end', (res, see) => {
    watch(res, 'response', see, responseEvents);
    res.end('x');
    see(res.write('y', (error) => see('callback', error)));
  }),
  answers(
    'end after end',
    (res, see) => (
      res.on('error', (error) => see(error)),
      res.end('x'),
      res.end('y', () => see('callback')),
      see('after')
    ),
  ),
  {
    ...answers(
      'end() after end with a callback',
      (res, see) => (res.end('x'), res.end((error?: Error) => see('callback', error))),
    ),
    fault: {
      node: { seen: [['callback', { name: 'Error', code: 'ERR_STREAM_ALREADY_FINISHED' }]] },
      here: { seen: [['callback', undefined]] },
    },
  },
  answers('end after finish with a callback', (res, see) =>
    res.end('x', () => res.end((error?: Error) => see('callback', error))),
  ),
  answers('a number as content', (res, see) => (attempt(see, () => res.end(7 as never)), res.end('x'))),
  answers('write of a number', (res, see) => (attempt(see, () => res.write(7)), res.end('x'))),
  answers('write of null', (res, see) => (attempt(see, () => res.write(null)), res.end('x'))),
  answers(
    'pipe from a response',
    (res, see) => (
      res.on('error', (error) => see(error)),
      attempt(see, () => (res as never as { pipe(): void }).pipe()),
      res.end('x')
    ),
  ),
  answers('103', (res) => (res.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-a': '1' }), res.end('x'))),
  answers(
    '103 with several links',
    (res) => (res.writeEarlyHints({ link: ['</a.css>; rel=preload', '</b.js>; rel=preload'] }), res.end('x')),
  ),
  answers('103 without a link', (res) => (res.writeEarlyHints({}), res.end('x'))),
  answers('103 calls back', (res, see) =>
    res.writeEarlyHints({ link: '</a>; rel=preload' }, () => (see('called'), res.end('x'))),
  ),
  answers('102', (res) => (res.writeProcessing(), res.end('x'))),
  answers(
    '102 twice and later',
    (res) => (res.writeProcessing(), setImmediate(() => (res.writeProcessing(), res.end('x')))),
  ),
  differs(
    '`100 Continue`',
    answers('100 without being asked', (res) => (res.writeContinue(), res.end('x'))),
    ok('x'),
  ),
  answers('writeInformation', (res, see) => {
    const { writeInformation } = res as never as { writeInformation?: (...given: unknown[]) => void };
    if (writeInformation === undefined) see('absent');
    else {
      writeInformation.call(res, 103, { 'x-a': '1' });
      writeInformation.call(res, 102, ['x-b', '2']);
      for (const status of [101, 200, 99]) attempt(see, () => writeInformation.call(res, status));
    }
    res.end('x');
  }),
  differs(
    'informational responses',
    {
      ...answers('writeInformation with an unknown status', (res) => {
        (res as never as { writeInformation: (status: number) => void }).writeInformation(110);
        res.end('x');
      }),
      isUnsupported: !('writeInformation' in ServerResponse.prototype),
    },
    {},
  ),
  differs(
    '`res.chunkedEncoding`',
    answers(
      'chunkedEncoding',
      (res, see) => (see(res.chunkedEncoding), res.write('x'), see(res.chunkedEncoding), res.end()),
    ),
    { seen: [[false], [false]] },
  ),
  differs(
    'content that only the end of the connection ends',
    answers(
      'useChunkedEncodingByDefault = false',
      (res) => ((res.useChunkedEncodingByDefault = false), res.write('x'), res.end()),
    ),
    {
      messages: [
        {
          status: 'HTTP/1.1 200 OK',
          fields: ['connection: close', 'date: …', 'transfer-encoding: chunked'],
          content: 'x',
          trailers: [],
        },
      ],
    },
  ),
  answers(
    'destroy after end',
    (res, see) => (watch(res, 'response', see, responseEvents), res.end('x'), res.on('finish', () => res.destroy())),
  ),
];

describeCompatibility('the content of a response', cases);
