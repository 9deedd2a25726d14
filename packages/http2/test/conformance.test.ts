import { describe, expect, it } from 'vitest';
import { type Case, echoed, expectAnswer, get, hello, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

const serverPreface = [
  'SETTINGS table=4096 streams=100 window=786432 frame=16384 list=32768 connect=1 no-priorities=1',
  'WINDOW_UPDATE 0 983041',
];

describe('RFC 9113 3.4 connection preface', () => {
  it('the server sends SETTINGS, and opens the window of the connection', () => {
    const served = serve(echo, { isOpen: false });
    served.send('PREFACE');
    expect(served.next()).toEqual(serverPreface);
  });

  it('over TLS, it does so before it receives anything', () => {
    expect(serve(echo, { isOpen: false, isTls: true }).next()).toEqual(serverPreface);
  });

  it('a request of HTTP/1.1 is answered 400 in HTTP/1.1', () => {
    const served = serve(echo, { isOpen: false });
    served.send('RAW: "GET / HTTP/1.1" 0d0a');
    expect(served.connection.sentChunks.join('')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(served.connection.hasEnded).toBe(true);
  });

  it.each([
    ['A', 'a request of HTTP/1.1'],
    ['Z', 'a request of HTTP/1.1'],
    ['@', 'nothing'],
    ['[', 'nothing'],
    ['a', 'nothing'],
  ])('bytes that begin with %s are answered like %s', (first, kind) => {
    const served = serve(echo, { isOpen: false });
    served.send(`RAW: "${first}BC / HTTP/1.1" 0d0a`);
    const isAnswered = served.connection.sentChunks.join('').startsWith('HTTP/1.1 400 Bad Request\r\n');
    expect([isAnswered, served.connection.hasEnded]).toEqual([kind === 'a request of HTTP/1.1', true]);
  });

  it.each<Case>([
    ['preface and SETTINGS: acknowledged', 'PREFACE\nSETTINGS', ['SETTINGS ACK']],
    ['a request in the same bytes: answered', `PREFACE\nSETTINGS\n${get} 1: GET`, ['SETTINGS ACK', ...hello(1)]],
    ['no SETTINGS', `PREFACE\n${get} 1: GET`, ['GOAWAY 0 PROTOCOL_ERROR']],
    ['PING before SETTINGS', 'PREFACE\nPING: *8(00)', ['GOAWAY 0 PROTOCOL_ERROR']],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, [...serverPreface, ...answer], false));

  it('another preface: the connection ends', () => {
    const served = serve(echo, { isOpen: false });
    served.send('RAW: 16030100');
    expect([served.next(), served.connection.hasEnded]).toEqual([[], true]);
  });
});

describe('RFC 9113 4 frames and header blocks', () => {
  it.each<Case>([
    ['an unknown frame: ignored', `0xfe 0xff 0: 0102\n${get} 1: GET`, hello(1)],
    ['an unknown frame on an idle stream: ignored', `0xfe 0xff 9: 0102\n${get} 1: GET`, hello(1)],
    ['DATA of maxFrameSize', `${open} 1: POST\nDATA END_STREAM 1: *16384(61)`, echoed(1, 'a'.repeat(16_384))],
    ['DATA above maxFrameSize', `${open} 1: POST\nlength=16385 DATA 1`, ['GOAWAY 1 FRAME_SIZE_ERROR']],
    ['HEADERS above maxFrameSize', `length=16385 ${get} 1`, ['GOAWAY 0 FRAME_SIZE_ERROR']],
    ['a header block with an invalid index', `${get} 1: ff80`, ['GOAWAY 0 COMPRESSION_ERROR']],
    ['a header block that ends inside of a field', `${get} 1: 82 86 84 41`, ['GOAWAY 0 COMPRESSION_ERROR']],
    [
      'a header block on a refused stream is decoded',
      `${get} 1: GET [A=b] 4001 78 01 79\n${get} 3: GET be`,
      ['RST_STREAM 1 PROTOCOL_ERROR', ...hello(3)],
    ],
    ['an invalid block in trailers', `${open} 1: POST\n${get} 1: ff80`, ['GOAWAY 1 COMPRESSION_ERROR']],
    ['DATA within a header block', `HEADERS 1: GET\nDATA 1: "a"`, ['GOAWAY 0 PROTOCOL_ERROR']],
    ['HEADERS of another stream within a block', `HEADERS 1: GET\n${get} 3: GET`, ['GOAWAY 0 PROTOCOL_ERROR']],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('RFC 9113 5.1 stream states', () => {
  const ended = `${get} 1: GET`;
  const reset = `${open} 1: POST\nRST_STREAM 1: 00000008`;
  it.each<Case>([
    ['idle: DATA', 'DATA 1: "a"', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['idle: RST_STREAM', 'RST_STREAM 1: 00000008', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['idle: WINDOW_UPDATE', 'WINDOW_UPDATE 1: 00000001', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['idle: CONTINUATION', 'CONTINUATION END_HEADERS 1: 82', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['idle: PRIORITY is allowed', `PRIORITY 3: 00000001 10\n${get} 1: GET`, hello(1)],
    ['idle, and even: DATA', 'DATA 2: "a"', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['idle, and even: RST_STREAM', `${get} 9: GET\nRST_STREAM 2: 00000008`, ['GOAWAY 9 PROTOCOL_ERROR']],
    ['open: DATA and its end', `${open} 1: POST\nDATA 1: "ab"\nDATA END_STREAM 1: "c"`, echoed(1, 'abc')],
    ['open: WINDOW_UPDATE', `${open} 1: POST\nWINDOW_UPDATE 1: 00000001\nDATA END_STREAM 1`, hello(1)],
    ['open: PRIORITY', `${open} 1: POST\nPRIORITY 1: 00000000 10\nDATA END_STREAM 1`, hello(1)],
    ['open: RST_STREAM', `${reset}\n${get} 3: GET`, hello(3)],
    ['closed: DATA', `${ended}\nPING: *8(61)\nDATA 1: "a"`, ['PING ACK aaaaaaaa', 'RST_STREAM 1 STREAM_CLOSED']],
    ['reset by the client: DATA', `${reset}\nDATA 1: "a"`, ['GOAWAY 1 STREAM_CLOSED']],
    ['reset by the client: HEADERS', `${reset}\n${get} 1: GET`, ['GOAWAY 1 STREAM_CLOSED']],
    ['reset by the client: WINDOW_UPDATE is ignored', `${reset}\nWINDOW_UPDATE 1: 00000001\n${get} 3: GET`, hello(3)],
    ['reset by the client: RST_STREAM is ignored', `${reset}\nRST_STREAM 1: 00000008\n${get} 3: GET`, hello(3)],
    ['reset by the client: PRIORITY is ignored', `${reset}\nPRIORITY 1: 00000003 10\n${get} 3: GET`, hello(3)],
    [
      'reset by us: DATA is ignored',
      `${open} 1: POST [A=b]\nDATA 1: "a"\n${get} 3: GET`,
      ['RST_STREAM 1 PROTOCOL_ERROR', ...hello(3)],
    ],
    [
      'reset by us: trailers are ignored',
      `${open} 1: POST [A=b]\n${get} 1: [x=y]\n${get} 3: GET`,
      ['RST_STREAM 1 PROTOCOL_ERROR', ...hello(3)],
    ],
    [
      'reset by us: RST_STREAM and WINDOW_UPDATE are ignored',
      `${open} 1: POST [A=b]\nWINDOW_UPDATE 1: 00000001\nRST_STREAM 1: 00000008\n${get} 3: GET`,
      ['RST_STREAM 1 PROTOCOL_ERROR', ...hello(3)],
    ],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));

  it.each<Case>([
    ['half-closed (remote): DATA', 'DATA 1: "a"', ['RST_STREAM 1 STREAM_CLOSED']],
    ['half-closed (remote): HEADERS', `${get} 1: [x=y]`, ['RST_STREAM 1 STREAM_CLOSED']],
    ['half-closed (remote): CONTINUATION', 'CONTINUATION END_HEADERS 1: 82', ['GOAWAY 1 PROTOCOL_ERROR']],
    ['half-closed (remote): WINDOW_UPDATE', 'WINDOW_UPDATE 1: 00000001', []],
    ['half-closed (remote): PRIORITY', 'PRIORITY 1: 00000003 10', []],
    ['half-closed (remote): RST_STREAM', 'RST_STREAM 1: 00000008', []],
  ])('%s', async (_title, sent, answer) => {
    const served = serve(() => new Promise(() => undefined));
    served.send(`${get} 1: GET`);
    served.send(sent);
    expect(await served.settled()).toEqual(answer);
  });

  it.each<Case>([
    ['DATA', 'DATA 1: "a"', ['GOAWAY 1 STREAM_CLOSED']],
    ['HEADERS', `${get} 1: GET`, ['GOAWAY 1 STREAM_CLOSED']],
    ['CONTINUATION', 'CONTINUATION END_HEADERS 1: 82', ['GOAWAY 1 PROTOCOL_ERROR']],
    ['WINDOW_UPDATE is ignored', 'WINDOW_UPDATE 1: 00000001', []],
    ['RST_STREAM is ignored', 'RST_STREAM 1: 00000008', []],
    ['PRIORITY is ignored', 'PRIORITY 1: 00000003 10', []],
  ])('closed after both ends: %s', async (_title, sent, answer) => {
    const served = serve(echo);
    served.send(`${get} 1: GET`);
    expect(await served.settled()).toEqual(hello(1));
    served.send(sent);
    expect(await served.settled()).toEqual(answer);
  });
});

describe('RFC 9113 5.1.1 stream identifiers, 5.1.2 concurrency', () => {
  it.each<Case>([
    ['an even identifier', `${get} 2: GET`, ['GOAWAY 0 PROTOCOL_ERROR']],
    ['stream 0', `${get}: GET`, ['GOAWAY 0 PROTOCOL_ERROR']],
    ['identifiers may be left out', `${get} 5: GET\n${get} 99: GET`, [...hello(5), ...hello(99)]],
    ['a lower identifier', `${get} 5: GET\n${get} 3: GET`, ['GOAWAY 5 PROTOCOL_ERROR']],
    ['the largest identifier', `${get} 2147483647: GET`, hello(2_147_483_647)],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));

  it('one stream more than maxStreamsPerConnection: REFUSED_STREAM', async () => {
    const served = serve(echo, { limits: { http2: { maxStreamsPerConnection: 2 } } });
    served.send(`${open} 1: POST\n${open} 3: POST\n${open} 5: POST\nDATA END_STREAM 1: "a"`);
    expect(await served.settled()).toEqual(['RST_STREAM 5 REFUSED_STREAM', ...echoed(1, 'a')]);
    served.send(`${get} 7: GET`);
    expect(await served.settled()).toEqual(hello(7));
  });
});

describe('RFC 9113 5.3 priority', () => {
  it.each<Case>([
    ['HEADERS that depend on their stream', 'HEADERS 0x25 1: 00000001 10 GET', ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['HEADERS that depend on another', 'HEADERS 0x25 1: 00000003 10 GET', hello(1)],
    ['PRIORITY that depends on its stream', 'PRIORITY 1: 00000001 10', ['RST_STREAM 1 PROTOCOL_ERROR']],
    ['PRIORITY of a wrong size', 'PRIORITY 1: 00000001', ['RST_STREAM 1 FRAME_SIZE_ERROR']],
    ['PRIORITY on stream 0', 'PRIORITY: 00000001 10', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['PRIORITY_UPDATE of a stream to come', `PRIORITY_UPDATE: 00000001 "u=0"\n${get} 1: GET`, hello(1)],
    ['PRIORITY_UPDATE with text that is no priority', `PRIORITY_UPDATE: 00000001 "???"\n${get} 1: GET`, hello(1)],
    ['PRIORITY_UPDATE of stream 0', 'PRIORITY_UPDATE: 00000000 "u=0"', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['PRIORITY_UPDATE of an even stream', 'PRIORITY_UPDATE: 00000002 "u=0"', ['GOAWAY 0 PROTOCOL_ERROR']],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('RFC 9113 6 frames on the wrong stream or of a wrong size', () => {
  it.each<Case>([
    ['DATA on stream 0', 'DATA: "a"', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['DATA with too much padding', `${open} 1: POST\nDATA PADDED 1: 06 "hello"`, ['GOAWAY 1 PROTOCOL_ERROR']],
    ['HEADERS with too much padding', `HEADERS 0xd 1: 09 GET`, ['GOAWAY 0 PROTOCOL_ERROR']],
    ['RST_STREAM on stream 0', 'RST_STREAM: 00000008', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['RST_STREAM of 3 bytes', `${open} 1: POST\nRST_STREAM 1: 000008`, ['GOAWAY 1 FRAME_SIZE_ERROR']],
    ['SETTINGS on a stream', 'SETTINGS 1', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['SETTINGS of 3 bytes', 'SETTINGS: 000300', ['GOAWAY 0 FRAME_SIZE_ERROR']],
    ['SETTINGS acknowledged with a payload', 'SETTINGS ACK: 0003 00000001', ['GOAWAY 0 FRAME_SIZE_ERROR']],
    ['PUSH_PROMISE', 'PUSH_PROMISE END_HEADERS 1: 00000002 82', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['PING on a stream', 'PING 1: *8(00)', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['PING of 6 bytes', 'PING: *6(00)', ['GOAWAY 0 FRAME_SIZE_ERROR']],
    ['GOAWAY on a stream', 'GOAWAY 1: *8(00)', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['WINDOW_UPDATE of 3 bytes', 'WINDOW_UPDATE: 000001', ['GOAWAY 0 FRAME_SIZE_ERROR']],
    ['WINDOW_UPDATE by 0', 'WINDOW_UPDATE: 00000000', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['CONTINUATION on stream 0', 'CONTINUATION: 82', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['CONTINUATION on another stream', 'HEADERS 1: GET\nCONTINUATION END_HEADERS 3', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['CONTINUATION after END_HEADERS', `${open} 1: POST\nCONTINUATION END_HEADERS 1`, ['GOAWAY 1 PROTOCOL_ERROR']],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));

  it('several CONTINUATION frames: one header block', () =>
    expectAnswer('HEADERS END_STREAM 1: 82\nCONTINUATION 1: 86 84\nCONTINUATION END_HEADERS 1: 01 01 61', hello(1)));

  it('PING: answered with its payload, before content that was written earlier', async () => {
    const served = serve(echo);
    served.send('PING: "12345678"\nPING ACK: "abcdefgh"');
    expect(served.next()).toEqual(['PING ACK 12345678']);
  });
});

describe('RFC 9113 6.5 settings', () => {
  it.each<Case>([
    ['acknowledged', 'SETTINGS: 0003 00000001', ['SETTINGS ACK']],
    ['unknown ones are ignored', 'SETTINGS: 00ff 00000001', ['SETTINGS ACK']],
    ['ENABLE_PUSH of 2', 'SETTINGS: 0002 00000002', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['INITIAL_WINDOW_SIZE of 2^31', 'SETTINGS: 0004 80000000', ['GOAWAY 0 FLOW_CONTROL_ERROR']],
    ['MAX_FRAME_SIZE of 2^14 - 1', 'SETTINGS: 0005 00003fff', ['GOAWAY 0 PROTOCOL_ERROR']],
    ['MAX_FRAME_SIZE of 2^24', 'SETTINGS: 0005 01000000', ['GOAWAY 0 PROTOCOL_ERROR']],
    [
      'no table for the server: nothing is indexed',
      `SETTINGS: 0001 00000000\n${get} 1: GET\n${get} 3: GET`,
      ['SETTINGS ACK', ...hello(1), ...hello(3)],
    ],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));
});

describe('RFC 9113 6.9 flow control', () => {
  it('content waits for the window of its stream', async () => {
    const served = serve(echo);
    served.send(`SETTINGS: 0004 00000003\n${get} 1: GET`);
    const [head] = hello(1);
    expect(await served.settled()).toEqual(['SETTINGS ACK', head, 'DATA 1 "hel"']);
    served.send('WINDOW_UPDATE 1: 00000001');
    expect(served.next()).toEqual(['DATA 1 "l"']);
    served.send('WINDOW_UPDATE 1: 00000064');
    expect(served.next()).toEqual(['DATA 1 "o" end']);
  });

  it('a window that becomes smaller than 0 has to become larger than that first (6.9.2)', async () => {
    const served = serve(echo);
    served.send(`SETTINGS: 0004 00000003\n${get} 1: GET`);
    await served.settled();
    served.send('SETTINGS: 0004 00000001');
    expect(served.next()).toEqual(['SETTINGS ACK']);
    served.send('WINDOW_UPDATE 1: 00000002');
    expect(served.next()).toEqual([]);
    served.send('WINDOW_UPDATE 1: 00000001');
    expect(served.next()).toEqual(['DATA 1 "l"']);
  });

  it('another initial window counts for streams that are open', async () => {
    const served = serve(echo);
    served.send(`SETTINGS: 0004 00000000\n${get} 1: GET`);
    expect(await served.settled()).toEqual(['SETTINGS ACK', hello(1)[0]]);
    served.send('SETTINGS: 0004 00000005');
    expect(served.next()).toEqual(['SETTINGS ACK', 'DATA 1 "hello" end']);
  });

  it('content waits for the window of the connection, and streams take turns', async () => {
    const content = 'x'.repeat(40_000);
    const served = serve(({ response }) => response.send(content));
    served.send(`SETTINGS: 0004 7fffffff\n${get} 1: GET\n${get} 3: GET`);
    const sizes = (lines: string[]): string[] =>
      lines
        .filter((line) => line.startsWith('DATA'))
        .map((line) => `${line.split(' ')[1]}:${line.match(/x/g)?.length}`);
    expect(sizes(await served.settled())).toEqual(['1:16384', '1:16384', '1:7232', '3:16384', '3:9151']);
    served.send('WINDOW_UPDATE: 00010000');
    expect(sizes(served.next())).toEqual(['3:14465']);
  });

  it.each<Case>([
    ['a window of the connection above 2^31-1', 'WINDOW_UPDATE: 7fffffff', ['GOAWAY 0 FLOW_CONTROL_ERROR']],
    [
      'a window of a stream above 2^31-1',
      `${open} 1: POST\nWINDOW_UPDATE 1: 7fffffff`,
      ['RST_STREAM 1 FLOW_CONTROL_ERROR'],
    ],
    ['a stream window increased by 0', `${open} 1: POST\nWINDOW_UPDATE 1: 00000000`, ['RST_STREAM 1 PROTOCOL_ERROR']],
    [
      'an initial window that is too large for an open stream',
      `${open} 1: POST\nWINDOW_UPDATE 1: 7fff0000\nSETTINGS: 0004 7fffffff`,
      ['GOAWAY 1 FLOW_CONTROL_ERROR'],
    ],
  ])('%s', (_title, sent, answer) => expectAnswer(sent, answer));

  it('content above the window of a stream: FLOW_CONTROL_ERROR', async () => {
    const served = serve(() => new Promise(() => undefined), {
      limits: { http2: { initialStreamWindowSize: 65_535 } },
    });
    served.send(`${open} 1: POST\n${'DATA 1: *16384(61)\n'.repeat(4)}`);
    expect(await served.settled()).toEqual(['RST_STREAM 1 FLOW_CONTROL_ERROR']);
  });

  it('content above the window of the connection: FLOW_CONTROL_ERROR', async () => {
    const limits = { http2: { initialStreamWindowSize: 100_000, initialConnectionWindowSize: 65_535 } };
    const served = serve(() => new Promise(() => undefined), { limits });
    served.send(`${open} 1: POST\n${'DATA 1: *16384(61)\n'.repeat(4)}`);
    expect(await served.settled()).toEqual(['GOAWAY 1 FLOW_CONTROL_ERROR']);
  });

  it('windows open as the handler reads, padding counted', async () => {
    const limits = { http2: { initialStreamWindowSize: 65_535, initialConnectionWindowSize: 65_535 } };
    let read = 0;
    const served = serve(
      async ({ request }) => {
        for await (const piece of request.body) read += piece.length;
      },
      { limits },
    );
    served.send(`${open} 1: POST\n${'DATA PADDED 1: ff *16128(61) *255(00)\n'.repeat(2)}`);
    expect(await served.settled()).toEqual(['WINDOW_UPDATE 0 32768', 'WINDOW_UPDATE 1 32768']);
    served.send('DATA PADDED 1: ff *16128(61) *255(00)');
    expect(await served.settled()).toEqual([]);
    expect(read).toBe(3 * 16_128);
  });

  it('content that is not read keeps its window; when the handler has finished, that of the connection opens', async () => {
    let finish: (() => void) | undefined;
    const limits = { http2: { initialStreamWindowSize: 65_535, initialConnectionWindowSize: 65_535 } };
    const served = serve(() => new Promise((resolve) => (finish = resolve)), { limits });
    served.send(`${open} 1: POST\n${'DATA 1: *16384(61)\n'.repeat(3)}`);
    expect(await served.settled()).toEqual([]);
    finish!();
    expect(await served.settled()).toEqual(['HEADERS 1 :status=200 content-length=0 end', 'WINDOW_UPDATE 0 49152']);
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });
});
