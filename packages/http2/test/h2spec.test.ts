import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameClient } from './support/frame-client.ts';
import { TestServer, everyTransport } from './support/test-server.ts';

/**
 * The rules that h2spec checks, under its numbers, over real connections. Every step is a write of its own, so that
 * frames of one case can arrive together or one after another. A step with `<` waits for the next frame of a type:
 *
 *     < HEADERS 1                      the next HEADERS frame begins so
 *     < RST_STREAM|GOAWAY 1 CODE       the next frame of either type
 *     < end                            the end of the connection
 *
 * After GOAWAY with an error the connection has to end, too.
 */
type Case = readonly [id: string, title: string, ...steps: string[]];

const get = 'HEADERS END_HEADERS,END_STREAM 1: GET';
const head = 'HEADERS END_HEADERS,END_STREAM 1: HEAD';
const post = 'HEADERS END_HEADERS 1: POST';
const test = 'DATA END_STREAM 1: "test"';
const answered = '< HEADERS 1 :status=200';
const ping = 'PING: *8(00)';
const pong = '< PING ACK';
const dummy = '[x-dummy0=*4000(x)]'.replace('*4000(x)', 'x'.repeat(4000));

const withField = (representation: string): string => `${get} ${representation}`;
/** `user-agent: h2spec` and `x-test: h2spec`, plain and in Huffman code. */
const userAgent = '06 "h2spec"';
const userAgentHuffman = '84 9c48aca4';
const test1 = '06 "x-test" 06 "h2spec"';
const testHuffman = '85 f2b24a84ff 84 9c48aca4';

const generic: readonly Case[] = [
  ['generic/1/1', 'client connection preface'],
  ['generic/2/1', 'PRIORITY on an idle stream', 'PRIORITY 1: 00000000 ff', ping, pong],
  [
    'generic/2/2',
    'WINDOW_UPDATE on a half-closed (remote) stream',
    'SETTINGS: 0004 00000000',
    get,
    'WINDOW_UPDATE 1: 00000001',
    '< DATA 1 "h"',
  ],
  [
    'generic/2/3',
    'PRIORITY on a half-closed (remote) stream',
    'SETTINGS: 0004 00000000',
    get,
    'PRIORITY 1: 00000000 ff',
    'WINDOW_UPDATE 1: 00000001',
    '< DATA 1 "h"',
  ],
  ['generic/2/4', 'RST_STREAM on a half-closed (remote) stream', get, 'RST_STREAM 1: 00000008', ping, pong],
  ['generic/2/5', 'PRIORITY on a closed stream', get, '< DATA 1 "hello" end', 'PRIORITY 1: 00000000 ff', ping, pong],
  ['generic/3.1/1', 'DATA', post, test, answered],
  ['generic/3.1/2', 'several DATA frames', post, 'DATA 1: "test"', test, answered],
  ['generic/3.1/3', 'DATA with padding', post, 'DATA PADDED,END_STREAM 1: 06 "test" *6(00)', answered],
  ['generic/3.2/1', 'HEADERS', get, answered],
  ['generic/3.2/2', 'HEADERS with padding', 'HEADERS 0x0d 1: 08 GET *8(00)', answered],
  ['generic/3.2/3', 'HEADERS with priority', 'HEADERS 0x25 1: 00000000 ff GET', answered],
  ['generic/3.3/1', 'PRIORITY with weight 1', 'PRIORITY 1: 00000000 00', get, answered],
  ['generic/3.3/2', 'PRIORITY with weight 256', 'PRIORITY 1: 00000000 ff', get, answered],
  ['generic/3.3/3', 'PRIORITY with a dependency', 'PRIORITY 1: 00000000 ff', 'PRIORITY 3: 00000001 ff', get, answered],
  ['generic/3.3/4', 'PRIORITY, exclusive', 'PRIORITY 3: 80000001 ff', get, answered],
  ['generic/3.3/5', 'PRIORITY on an idle stream, a lower stream afterwards', 'PRIORITY 3: 00000000 ff', get, answered],
  ['generic/3.4/1', 'RST_STREAM', post, 'RST_STREAM 1: 00000008', ping, pong],
  ['generic/3.5/1', 'SETTINGS', 'SETTINGS: 0003 00000064', '< SETTINGS ACK'],
  ['generic/3.7/1', 'PING', 'PING: "h2spec" 0000', '< PING ACK h2spec'],
  ['generic/3.8/1', 'GOAWAY', 'GOAWAY: 00000000 00000000 "h2spec"', '< end'],
  ['generic/3.9/1', 'WINDOW_UPDATE of the connection', 'WINDOW_UPDATE: 00000001', get, answered],
  [
    'generic/3.9/2',
    'WINDOW_UPDATE of a stream',
    'SETTINGS: 0004 00000000',
    get,
    'WINDOW_UPDATE 1: 00000005',
    '< DATA 1 "hello" end',
  ],
  ['generic/3.10/1', 'CONTINUATION', 'HEADERS END_STREAM 1: GET', `CONTINUATION END_HEADERS 1: ${dummy}`, answered],
  [
    'generic/3.10/2',
    'several CONTINUATION frames',
    'HEADERS END_STREAM 1: GET',
    `CONTINUATION 1: ${dummy}`,
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    answered,
  ],
  ['generic/4/1', 'GET', get, answered],
  ['generic/4/2', 'HEAD', head, answered],
  ['generic/4/3', 'POST', post, test, answered],
  [
    'generic/4/4',
    'POST with trailers',
    `${post} [trailer=x-test]`,
    'DATA 1: "test"',
    'HEADERS END_HEADERS,END_STREAM 1: [x-test=ok]',
    answered,
  ],
  ['generic/5/1', 'indexed field', withField('ba'), answered],
  ['generic/5/2', 'literal with indexing, indexed name', withField(`7a ${userAgent}`), answered],
  ['generic/5/3', 'literal with indexing, indexed name, Huffman', withField(`7a ${userAgentHuffman}`), answered],
  ['generic/5/4', 'literal with indexing, new name', withField(`40 ${test1}`), answered],
  ['generic/5/5', 'literal with indexing, new name, Huffman', withField(`40 ${testHuffman}`), answered],
  ['generic/5/6', 'literal without indexing, indexed name', withField(`0f 2b ${userAgent}`), answered],
  ['generic/5/7', 'literal without indexing, indexed name, Huffman', withField(`0f 2b ${userAgentHuffman}`), answered],
  ['generic/5/8', 'literal without indexing, new name', withField(`00 ${test1}`), answered],
  ['generic/5/9', 'literal without indexing, new name, Huffman', withField(`00 ${testHuffman}`), answered],
  ['generic/5/10', 'literal never indexed, indexed name', withField(`1f 2b ${userAgent}`), answered],
  ['generic/5/11', 'literal never indexed, indexed name, Huffman', withField(`1f 2b ${userAgentHuffman}`), answered],
  ['generic/5/12', 'literal never indexed, new name', withField(`10 ${test1}`), answered],
  ['generic/5/13', 'literal never indexed, new name, Huffman', withField(`10 ${testHuffman}`), answered],
  ['generic/5/14', 'table size update', 'HEADERS END_HEADERS,END_STREAM 1: 20 GET', answered],
  ['generic/5/15', 'several table size updates', 'HEADERS END_HEADERS,END_STREAM 1: 20 3fe11f GET', answered],
];

const closedByError = (code: string): string => `< GOAWAY \\d+ ${code}$`;
const protocolError = closedByError('PROTOCOL_ERROR');
const frameSizeError = closedByError('FRAME_SIZE_ERROR');
const flowControlError = closedByError('FLOW_CONTROL_ERROR');
const compressionError = closedByError('COMPRESSION_ERROR');
const malformed = '< RST_STREAM 1 PROTOCOL_ERROR';
/** Before the stream is closed an error of the stream, afterwards one of the connection: RFC 9113 5.1 wants both. */
const streamClosed = '< RST_STREAM|GOAWAY \\d+ STREAM_CLOSED';

const connections: readonly Case[] = [
  ['http2/3.5/1', 'client connection preface'],
  ['http2/4.1/1', 'a frame of an unknown type', '0x16: *8(00)', ping, pong],
  ['http2/4.1/2', 'a frame with an undefined flag', 'PING 0x16: *8(00)', pong],
  ['http2/4.1/3', 'a frame with the reserved bit', 'RAW: 000008 06 16 80000000 *8(00)', pong],
  ['http2/4.2/1', 'DATA of 2^14 bytes', post, 'DATA END_STREAM 1: *16384(78)', answered],
  ['http2/4.2/2', 'DATA above SETTINGS_MAX_FRAME_SIZE', post, 'DATA END_STREAM 1: *16385(78)', frameSizeError],
  ['http2/4.2/3', 'HEADERS above SETTINGS_MAX_FRAME_SIZE', `${get} *5(${dummy})`, frameSizeError],
  ['http2/4.3/1', 'an invalid header block', 'HEADERS END_HEADERS,END_STREAM 1: 40', compressionError],
  [
    'http2/4.3/2',
    'PRIORITY within a header block',
    'HEADERS 1: GET',
    'PRIORITY 1: 00000000 ff',
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    protocolError,
  ],
  [
    'http2/4.3/3',
    'HEADERS of another stream within a header block',
    'HEADERS 1: GET',
    'HEADERS END_HEADERS,END_STREAM 3: GET',
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    protocolError,
  ],
  ['http2/5.1/1', 'idle: DATA', test, protocolError],
  ['http2/5.1/2', 'idle: RST_STREAM', 'RST_STREAM 1: 00000008', protocolError],
  ['http2/5.1/3', 'idle: WINDOW_UPDATE', 'WINDOW_UPDATE 1: 00000064', protocolError],
  ['http2/5.1/4', 'idle: CONTINUATION', 'CONTINUATION END_HEADERS 1: GET', protocolError],
  ['http2/5.1/5', 'half-closed (remote): DATA', get, test, streamClosed],
  ['http2/5.1/6', 'half-closed (remote): HEADERS', get, get, streamClosed],
  ['http2/5.1/7', 'half-closed (remote): CONTINUATION', get, 'CONTINUATION END_HEADERS 1: GET', protocolError],
  ['http2/5.1/8', 'closed by RST_STREAM: DATA', post, 'RST_STREAM 1: 00000008', test, streamClosed],
  ['http2/5.1/9', 'closed by RST_STREAM: HEADERS', post, 'RST_STREAM 1: 00000008', get, streamClosed],
  [
    'http2/5.1/10',
    'closed by RST_STREAM: CONTINUATION',
    post,
    'RST_STREAM 1: 00000008',
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    protocolError,
  ],
  ['http2/5.1/11', 'closed: DATA', get, '< DATA 1 "hello" end', test, closedByError('STREAM_CLOSED')],
  ['http2/5.1/12', 'closed: HEADERS', get, '< DATA 1 "hello" end', get, closedByError('STREAM_CLOSED')],
  [
    'http2/5.1/13',
    'closed: CONTINUATION',
    get,
    '< DATA 1 "hello" end',
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    protocolError,
  ],
  ['http2/5.1.1/1', 'an even stream identifier', 'HEADERS END_HEADERS,END_STREAM 2: GET', protocolError],
  ['http2/5.1.1/2', 'a lower stream identifier', 'HEADERS END_HEADERS,END_STREAM 5: GET', get, protocolError],
  ['http2/5.1.1/3', 'the stream identifier of a half-closed (remote) stream', get, get, streamClosed],
  [
    'http2/5.1.2/1',
    'more streams than SETTINGS_MAX_CONCURRENT_STREAMS',
    'SETTINGS: 0004 00000000',
    ...Array.from({ length: 101 }, (_, at) => `HEADERS END_HEADERS,END_STREAM ${2 * at + 1}: GET`),
    '< RST_STREAM 201 REFUSED_STREAM',
  ],
  ['http2/5.3.1/1', 'HEADERS that depend on themselves', 'HEADERS 0x25 1: 00000001 ff GET', malformed],
  ['http2/5.3.1/2', 'PRIORITY that depends on itself', 'PRIORITY 1: 00000001 ff', malformed],
  ['http2/5.4.1/1', 'an invalid PING: the connection ends', 'PING 3: *8(00)', '< end'],
  ['http2/5.4.1/2', 'an invalid PING: GOAWAY', 'PING 3: *8(00)', protocolError],
  ['http2/5.5/1', 'an unknown frame', '0x16: *8(00)', ping, pong],
  ['http2/5.5/2', 'an unknown frame within a header block', 'HEADERS 1: GET', '0x16: *8(00)', protocolError],
];

const frameDefinitions: readonly Case[] = [
  ['http2/6.1/1', 'DATA on stream 0', 'DATA END_STREAM 0: "test"', protocolError],
  ['http2/6.1/2', 'DATA on a stream that is not open', 'HEADERS END_HEADERS,END_STREAM 1: POST', test, streamClosed],
  [
    'http2/6.1/3',
    'DATA with invalid padding',
    `${post} [content-length=4]`,
    'DATA PADDED,END_STREAM 1: 06 "Test"',
    protocolError,
  ],
  [
    'http2/6.2/1',
    'HEADERS without END_HEADERS, then PRIORITY',
    'HEADERS 1: GET',
    'PRIORITY 1: 00000000 ff',
    protocolError,
  ],
  [
    'http2/6.2/2',
    'HEADERS without END_HEADERS, then of another stream',
    'HEADERS 1: GET',
    'HEADERS END_HEADERS 3: GET',
    protocolError,
  ],
  ['http2/6.2/3', 'HEADERS on stream 0', 'HEADERS END_HEADERS,END_STREAM 0: GET', protocolError],
  ['http2/6.2/4', 'HEADERS with invalid padding', 'HEADERS 0x0d 1: 08 GET', protocolError],
  ['http2/6.3/1', 'PRIORITY on stream 0', 'PRIORITY 0: 00000000 ff', protocolError],
  ['http2/6.3/2', 'PRIORITY of 4 bytes', get, 'PRIORITY 1: 80000001', '< RST_STREAM 1 FRAME_SIZE_ERROR'],
  ['http2/6.3/3', 'PRIORITY on an idle stream, then a lower stream', 'PRIORITY 3: 00000000 ff', get, answered],
  ['http2/6.4/1', 'RST_STREAM on stream 0', 'RST_STREAM 0: 00000008', protocolError],
  ['http2/6.4/2', 'RST_STREAM on an idle stream', 'RST_STREAM 1: 00000008', protocolError],
  ['http2/6.4/3', 'RST_STREAM of 3 bytes', get, 'RST_STREAM 1: 000000', frameSizeError],
  ['http2/6.5/1', 'SETTINGS ACK with a payload', 'SETTINGS ACK: 00', frameSizeError],
  ['http2/6.5/2', 'SETTINGS on a stream', 'SETTINGS 1: 0003 00000064', protocolError],
  ['http2/6.5/3', 'SETTINGS of 9 bytes, one of them not sent', 'length=9 SETTINGS: 0003 00000064 0002', frameSizeError],
  ['http2/6.5.2/1', 'SETTINGS_ENABLE_PUSH of 2', 'SETTINGS: 0002 00000002', protocolError],
  ['http2/6.5.2/2', 'SETTINGS_INITIAL_WINDOW_SIZE of 2^31', 'SETTINGS: 0004 80000000', flowControlError],
  ['http2/6.5.2/3', 'SETTINGS_MAX_FRAME_SIZE of 2^14 - 1', 'SETTINGS: 0005 00003fff', protocolError],
  ['http2/6.5.2/4', 'SETTINGS_MAX_FRAME_SIZE of 2^24', 'SETTINGS: 0005 01000000', protocolError],
  ['http2/6.5.2/5', 'an unknown setting', 'SETTINGS: 00ff 00000001', ping, pong],
  [
    'http2/6.5.3/1',
    'two values of SETTINGS_INITIAL_WINDOW_SIZE',
    'SETTINGS: 0004 00000064 0004 00000001',
    '< SETTINGS ACK',
    get,
    '< DATA 1 "h"$',
  ],
  ['http2/6.5.3/2', 'SETTINGS are acknowledged', 'SETTINGS: 0002 00000000', '< SETTINGS ACK'],
  ['http2/6.7/1', 'PING', 'PING: "h2spec" 0000', '< PING ACK h2spec'],
  ['http2/6.7/2', 'PING ACK is not answered', 'PING ACK: "invalid" 00', 'PING: "h2spec" 0000', '< PING ACK h2spec'],
  ['http2/6.7/3', 'PING on a stream', 'PING 1: *8(00)', protocolError],
  ['http2/6.7/4', 'PING of 6 bytes', 'PING: *6(00)', frameSizeError],
  ['http2/6.8/1', 'GOAWAY on a stream', 'GOAWAY 1: *8(00)', protocolError],
  ['http2/6.9/1', 'WINDOW_UPDATE by 0', 'WINDOW_UPDATE: 00000000', protocolError],
  ['http2/6.9/2', 'WINDOW_UPDATE by 0 on a stream', post, 'WINDOW_UPDATE 1: 00000000', malformed],
  ['http2/6.9/3', 'WINDOW_UPDATE of 3 bytes', 'WINDOW_UPDATE: 000001', frameSizeError],
  ['http2/6.9.1/1', 'an initial window of 1', 'SETTINGS: 0004 00000001', '< SETTINGS ACK', get, '< DATA 1 "h"$'],
  [
    'http2/6.9.1/2',
    'a window of the connection above 2^31-1',
    'WINDOW_UPDATE: 7fffffff',
    'WINDOW_UPDATE: 7fffffff',
    flowControlError,
  ],
  [
    'http2/6.9.1/3',
    'a window of a stream above 2^31-1',
    post,
    'WINDOW_UPDATE 1: 7fffffff',
    'WINDOW_UPDATE 1: 7fffffff',
    '< RST_STREAM 1 FLOW_CONTROL_ERROR',
  ],
  [
    'http2/6.9.2/1',
    'SETTINGS_INITIAL_WINDOW_SIZE after HEADERS',
    'SETTINGS: 0004 00000000',
    '< SETTINGS ACK',
    get,
    'SETTINGS: 0004 00000001',
    '< SETTINGS ACK',
    '< DATA 1 "h"$',
  ],
  [
    'http2/6.9.2/2',
    'a window below 0',
    'SETTINGS: 0004 00000003',
    '< SETTINGS ACK',
    get,
    '< DATA 1 "hel"$',
    'SETTINGS: 0004 00000002',
    '< SETTINGS ACK',
    'WINDOW_UPDATE 1: 00000002',
    '< DATA 1 "l"$',
  ],
  ['http2/6.9.2/3', 'an initial window of 2^31', 'SETTINGS: 0004 80000000', flowControlError],
  [
    'http2/6.10/1',
    'several CONTINUATION frames',
    'HEADERS END_STREAM 1: GET',
    `CONTINUATION 1: ${dummy}`,
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    answered,
  ],
  ['http2/6.10/2', 'CONTINUATION, then DATA', 'HEADERS 1: POST', `CONTINUATION 1: ${dummy}`, test, protocolError],
  ['http2/6.10/3', 'CONTINUATION on stream 0', 'HEADERS 1: GET', `CONTINUATION END_HEADERS 0: ${dummy}`, protocolError],
  ['http2/6.10/4', 'CONTINUATION after END_HEADERS', get, `CONTINUATION END_HEADERS 1: ${dummy}`, protocolError],
  [
    'http2/6.10/5',
    'CONTINUATION after one with END_HEADERS',
    'HEADERS END_STREAM 1: GET',
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    `CONTINUATION END_HEADERS 1: ${dummy}`,
    protocolError,
  ],
  ['http2/6.10/6', 'CONTINUATION after DATA', 'HEADERS 1: POST', test, `CONTINUATION 1: ${dummy}`, protocolError],
  ['http2/7/1', 'GOAWAY with an unknown error code', 'GOAWAY: 00000000 000000ff', '< end'],
  ['http2/7/2', 'RST_STREAM with an unknown error code', post, 'RST_STREAM 1: 000000ff', ping, pong],
];

const headers = 'HEADERS END_HEADERS,END_STREAM 1:';

const messages: readonly Case[] = [
  [
    'http2/8.1/1',
    'a second HEADERS without END_STREAM',
    post,
    'DATA 1: "test"',
    'HEADERS END_HEADERS 1: [x-test=ok]',
    malformed,
  ],
  ['http2/8.1.2/1', 'a field name in capital letters', `${get} [X-TEST=ok]`, malformed],
  ['http2/8.1.2.1/1', 'an unknown pseudo-header field', `${get} [:test=ok]`, malformed],
  ['http2/8.1.2.1/2', 'a pseudo-header field of responses', `${get} [:status=200]`, malformed],
  [
    'http2/8.1.2.1/3',
    'a pseudo-header field in trailers',
    post,
    'DATA 1: "test"',
    'HEADERS END_HEADERS,END_STREAM 1: [:method=POST]',
    malformed,
  ],
  ['http2/8.1.2.1/4', 'a pseudo-header field after a regular one', `${headers} [x-test=ok] GET`, malformed],
  ['http2/8.1.2.2/1', 'Connection', `${get} [connection=keep-alive]`, malformed],
  ['http2/8.1.2.2/2', 'TE other than trailers', `${get} [te=trailers, deflate;q=0.5]`, malformed],
  ['http2/8.1.2.3/1', 'an empty :path', `${headers} 82 86 [:path=]`, malformed],
  ['http2/8.1.2.3/2', 'without :method', `${headers} 86 84`, malformed],
  ['http2/8.1.2.3/3', 'without :scheme', `${headers} 82 84`, malformed],
  ['http2/8.1.2.3/4', 'without :path', `${headers} 82 86`, malformed],
  ['http2/8.1.2.3/5', 'two :method', `${headers} GET 82`, malformed],
  ['http2/8.1.2.3/6', 'two :scheme', `${headers} GET 86`, malformed],
  ['http2/8.1.2.3/7', 'two :path', `${headers} GET 84`, malformed],
  ['http2/8.1.2.6/1', 'a Content-Length that is not that of DATA', `${post} [content-length=1]`, test, malformed],
  [
    'http2/8.1.2.6/2',
    'a Content-Length that is not that of several DATA frames',
    `${post} [content-length=1]`,
    'DATA 1: "test"',
    test,
    malformed,
  ],
  ['http2/8.2/1', 'PUSH_PROMISE', 'PUSH_PROMISE END_HEADERS 1: 00000003 GET', protocolError],
];

const hpack: readonly Case[] = [
  ['hpack/2.3.3/1', 'an index beyond the tables', `${get} fe`, compressionError],
  ['hpack/2.3.3/2', 'the index of a name beyond the tables', `${get} 7e 04 "test"`, compressionError],
  ['hpack/4.2/1', 'a table size update at the end of a block', `${get} 21`, compressionError],
  ['hpack/5.2/1', 'Huffman padding longer than 7 bits', `${get} 00 85 f2b24a84ff 84 49509fff`, compressionError],
  ['hpack/5.2/2', 'Huffman padding of zeros', `${get} 00 85 f2b24a84ff 83 495090`, compressionError],
  ['hpack/5.2/3', 'EOS in Huffman code', `${get} 00 85 f2b24a84ff 87 fffffffd25427f`, compressionError],
  ['hpack/6.1/1', 'index 0', `${get} 80`, compressionError],
  ['hpack/6.3/1', 'a table size update above the setting', `${headers} 3fe21f GET`, compressionError],
];

const cases: readonly Case[] = [...generic, ...connections, ...frameDefinitions, ...messages, ...hpack];

describe.each(everyTransport)('the rules of h2spec over %s', (below) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(below, async ({ request, response }) => {
      await request.bytes();
      response.send('hello');
    });
  });
  // Without waiting for the connections of clients that the rules have left half open.
  afterAll(() => server.server.stop(AbortSignal.abort()));

  /** Requests have the scheme of the connection: static entry 6 is http, 7 is https. */
  const ofScheme = (text: string): string => {
    if (below !== 'tls') return text;
    return text
      .replaceAll(/ GET\b/g, ' 82 87 84 01 01 61')
      .replaceAll(/ POST\b/g, ' 83 87 84 01 01 61')
      .replaceAll(/ HEAD\b/g, ' 02 04 "HEAD" 87 84 01 01 61')
      .replaceAll(' 86', ' 87');
  };

  const follow = async (client: FrameClient, step: string): Promise<void> => {
    if (!step.startsWith('< ')) {
      client.send(ofScheme(step));
    } else if (step === '< end') {
      await client.end();
    } else {
      const [, types, rest] = /^< (\S+) (.*)$/.exec(step)!;
      expect(await client.next(types!.split('|'))).toMatch(new RegExp(`^\\S+ ${rest}`));
      if (step.startsWith('< GOAWAY ')) await client.end();
    }
  };

  it.each(cases)('%s %s', async (_id, _title, ...steps) => {
    const client = new FrameClient(server.open());
    client.send('PREFACE');
    client.send('SETTINGS: 0004 0000ffff');
    for (let seen = 0; seen < 2; seen++) expect(await client.next(['SETTINGS'])).toBeDefined();
    client.send('SETTINGS ACK');
    for (const step of steps) await follow(client, step);
    client.close();
  });

  it('http2/3.5/2 an invalid connection preface', async () => {
    const client = new FrameClient(server.open());
    client.send('RAW: "INVALID CONNECTION PREFACE" 0d0a0d0a');
    await expect(client.end()).resolves.toBeUndefined();
    client.close();
  });
});
