import { once } from 'node:events';
import { type ClientHttp2Session, constants } from 'node:http2';
import type { HttpContext } from '@windhover/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { readFrames } from './support/read-frames.ts';
import { RecordedConnection } from './support/recorded-connection.ts';
import { TestServer, answerTo, collect, everyTransport } from './support/test-server.ts';

describe.each(everyTransport)('Node.js client over %s', (below) => {
  let test: TestServer;
  let session: ClientHttp2Session;
  let handle: (context: HttpContext) => unknown;
  let connection: RecordedConnection;

  beforeEach(async () => {
    test = await TestServer.start(below, (context) => handle(context) as Promise<void>, {
      middleware: (next) => (accepted) => next((connection = new RecordedConnection(accepted))),
    });
    session = test.connect();
  });

  afterEach(async () => {
    session.destroy();
    await test[Symbol.asyncDispose]();
  });

  it('GET: method, path, query, fields, scheme, protocol and Host', async () => {
    handle = ({ request, response }) =>
      response.json({
        method: request.method,
        path: request.path,
        query: request.queryString,
        field: request.headers.get('X-Field'),
        scheme: request.scheme,
        protocol: request.protocol,
        host: request.host.replace(/:\d+$/, ''),
      });
    const answer = await answerTo(session, { ':path': '/caf%C3%A9?x=1', 'x-field': 'a' });
    expect(JSON.parse(answer.content)).toEqual({
      method: 'GET',
      path: '/café',
      query: '?x=1',
      field: 'a',
      scheme: below === 'tls' ? 'https' : 'http',
      protocol: 'HTTP/2',
      host: below === 'memory' ? 'a' : below === 'tls' ? 'localhost' : '127.0.0.1',
    });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', server: 'windhover' });
    expect(answer.headers.date).toMatch(/GMT$/);
  });

  it('content in both directions at the same time', async () => {
    handle = async ({ request, response }) => {
      for await (const piece of request.body) await response.write(piece);
    };
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    stream.setEncoding('utf8');
    for (const text of ['one', 'two', 'three']) {
      stream.write(text);
      const [echoed] = (await once(stream, 'data')) as [string];
      expect(echoed).toBe(text);
    }
    stream.end();
    await once(stream, 'end');
  });

  it('5 MB up and down through the windows', async () => {
    handle = ({ request, response }) => response.send(request.body);
    const content = 'x'.repeat(5_000_000);
    const answer = await answerTo(session, { ':method': 'POST' }, content);
    expect(answer.content.length).toBe(content.length);
  });

  it('trailers in both directions', async () => {
    handle = async ({ request, response }) => {
      await request.bytes();
      response.trailers.set('x-sum', request.trailers!.get('x-count')!);
      response.send('content');
    };
    const stream = session.request({ ':method': 'POST' }, { endStream: false, waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-count': '3' }));
    const answer = await collect(stream, 'abc');
    expect([answer.content, answer.trailers['x-sum']]).toEqual(['content', '3']);
  });

  it('informational responses, and 100 (Continue) when the handler reads', async () => {
    handle = async ({ request, response, features }) => {
      const { HttpInformationalFeature } = await import('@windhover/http');
      features.require(HttpInformationalFeature).sendInformational(103, [['link', '</a.css>']]);
      response.send(await request.text());
    };
    const stream = session.request({ ':method': 'POST', expect: '100-continue' }, { endStream: false });
    const continued = once(stream, 'continue');
    const answered = collect(stream);
    await continued;
    stream.end('content');
    const answer = await answered;
    expect([answer.content, answer.informational]).toEqual(['content', [103, 100]]);
  });

  it.each([
    ['HEAD', '/', 200, '11'],
    ['GET', '/204', 204, undefined],
    ['GET', '/304', 304, undefined],
  ])('%s %s: no content', async (method, path, status, length) => {
    handle = ({ request, response }) => {
      if (request.path === '/') return response.send('hello world');
      response.statusCode = Number(request.path.slice(1));
    };
    const answer = await answerTo(session, { ':method': method, ':path': path });
    expect([answer.status, answer.headers['content-length'], answer.content]).toEqual([status, length, '']);
  });

  it('an error before the head: 500; after it: RST_STREAM INTERNAL_ERROR; other streams go on', async () => {
    handle = async ({ request, response }) => {
      if (request.path === '/ok') return response.send('ok');
      if (request.path === '/late') {
        await response.write('half');
        await new Promise((resolve) => setImmediate(resolve));
      }
      throw new Error('broken');
    };
    expect((await answerTo(session, { ':path': '/early' })).status).toBe(500);
    const late = session.request({ ':path': '/late' });
    await expect(collect(late)).rejects.toThrow(/NGHTTP2_INTERNAL_ERROR/);
    expect((await answerTo(session, { ':path': '/ok' })).content).toBe('ok');
    expect(test.applicationErrors).toHaveLength(2);
  });

  it('a request that the client cancels: signal, and the write rejects', async () => {
    let aborted = false;
    let failure: unknown;
    handle = async ({ signal, response }) => {
      signal.addEventListener('abort', () => (aborted = true));
      try {
        for (;;) await response.write('x'.repeat(100_000));
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const stream = session.request({});
    await once(stream, 'data');
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => failure !== undefined);
    expect([aborted, (failure as { code: string }).code]).toEqual([true, 'HTTP_REQUEST_ABORTED']);
    expect(test.applicationErrors).toEqual([]);
  });

  it('HttpResetFeature: RST_STREAM with the code of the application', async () => {
    const { HttpResetFeature } = await import('@windhover/http');
    handle = ({ features }) => features.require(HttpResetFeature).reset(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await expect(collect(session.request({}))).rejects.toThrow(/NGHTTP2_ENHANCE_YOUR_CALM/);
  });

  it('cookie crumbs are joined', async () => {
    handle = ({ request, response }) => response.json([...request.headers].filter(([name]) => name === 'cookie'));
    const answer = await answerTo(session, { cookie: ['a=1', 'b=2', 'c=3'] });
    expect(JSON.parse(answer.content)).toEqual([['cookie', 'a=1; b=2; c=3']]);
  });

  // GOAWAY may arrive in one read with responses: Node.js then refuses requests that it has accepted but not yet written.
  it('a stop: every request on the wire is answered; the client may repeat the others', async () => {
    handle = async ({ response }) => {
      await turns(3);
      response.send('ok');
    };
    let asked = 0;
    let answered = 0;
    const refused: string[] = [];
    const ask = (): void => {
      if (session.closed || session.destroyed) return;
      asked++;
      answerTo(session, {}).then(
        () => {
          answered++;
          ask();
        },
        (error: Error) => refused.push(error.message),
      );
    };
    for (let i = 0; i < 20; i++) ask();
    await until(() => answered > 50);
    await test.server.stop(AbortSignal.timeout(20_000));
    await until(() => session.destroyed && answered + refused.length === asked);
    const onTheWire = readFrames(connection.pieces).filter((event) => event.startsWith('headers '));
    expect(answered).toBe(onTheWire.length);
    expect(refused.filter((message) => !message.includes('NGHTTP2_REFUSED_STREAM'))).toEqual([]);
  });
});
