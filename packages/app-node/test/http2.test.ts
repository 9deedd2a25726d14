import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  connect,
  createServer,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHandler } from '../src/index.ts';
import { attempt } from './compatibility/requests.ts';
import { type Observed, type See, comparable } from './compatibility/two-servers.ts';

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly informational: readonly number[];
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly content: string;
  readonly seen: readonly unknown[];
}

/** The same handlers on the compatibility layer of `node:http2` and on Windhover over HTTP/2. */
class TwoHttp2Servers implements AsyncDisposable {
  #handler: Observed = () => {};
  #seen: unknown[] = [];
  readonly #run = (request: IncomingMessage, response: ServerResponse): unknown =>
    this.#handler(request, response, this.#see);
  readonly #see: See = (...values) => void this.#seen.push(values.map(comparable));
  readonly #node = createServer((request, response) => void this.#run(request as never, response as never));
  readonly #windhover = new WindhoverServer({
    transports: [sockets()],
    protocols: [http1(), http2()],
    serverHeader: null,
    events: { applicationError: () => {} },
  });
  #sessions: ClientHttp2Session[] = [];

  async start(): Promise<this> {
    await once(this.#node.listen(0, '127.0.0.1'), 'listening');
    this.#windhover.listen('http://127.0.0.1:0');
    await this.#windhover.start(pipelineApplication(nodeHandler(this.#run)));
    const [address] = this.#windhover.features.require(ServerAddressesFeature).addresses;
    const { port } = this.#node.address() as AddressInfo;
    this.#sessions = [`http://127.0.0.1:${port}`, address!].map((url) => connect(url));
    return this;
  }

  /** Of `node:http2` first. */
  async answers(handler: Observed, headers: OutgoingHttpHeaders, content: string | undefined): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const session of this.#sessions) answers.push(await this.#answer(session, handler, headers, content));
    return answers;
  }

  /** Of Windhover alone. */
  ours(handler: Observed): Promise<Answer> {
    return this.#answer(this.#sessions[1]!, handler, {}, undefined);
  }

  async #answer(
    session: ClientHttp2Session,
    handler: Observed,
    headers: OutgoingHttpHeaders,
    content: string | undefined,
  ): Promise<Answer> {
    this.#handler = handler;
    this.#seen = [];
    const answer = await answerTo(session, headers, content);
    return { ...answer, seen: this.#seen };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    this.#node.close();
    await this.#windhover[Symbol.asyncDispose]();
  }
}

const answerTo = async (session: ClientHttp2Session, given: OutgoingHttpHeaders, sent: string | undefined) => {
  const stream = session.request({ ':authority': 'a.test', ...given }, { endStream: sent === undefined });
  const informational: number[] = [];
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders | undefined;
  let content = '';
  stream.on('headers', (fields) => void informational.push(fields[':status']!));
  stream.on('response', (fields) => void (headers = compared(fields)));
  stream.on('trailers', (fields) => void (trailers = compared(fields)));
  stream.setEncoding('utf8').on('data', (piece: string) => (content += piece));
  if (sent !== undefined) stream.end(sent);
  await once(stream, 'close');
  return { headers, informational, trailers, content };
};

/** Date is a clock, Content-Length is optional in HTTP/2, and symbols of Node say how a field was compressed. */
const compared = (fields: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'date' && name !== 'content-length'));

const read: Observed = (request, response, see) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => (text += piece));
  request.on('end', () => (see(text, { ...request.trailers }), response.end(text)));
};

const cases: [name: string, handler: Observed, headers?: OutgoingHttpHeaders, content?: string][] = [
  ['end(text)', (_, res) => res.end('hello')],
  ['end()', (_, res) => res.end()],
  ['end(buffer)', (_, res) => res.end(Buffer.from('hello'))],
  ['write and end', (_, res) => (res.write('a'), res.end('b'))],
  ['write later', (_, res) => (res.write('a'), setImmediate(() => res.end('b')))],
  ['setHeader', (_, res) => (res.setHeader('X-A', '1'), res.setHeader('x-b', ['2', '3']), res.end('x'))],
  ['Set-Cookie', (_, res) => (res.setHeader('Set-Cookie', ['a=1', 'b=2']), res.end('x'))],
  ['removeHeader', (_, res) => (res.setHeader('X-A', '1'), res.removeHeader('x-a'), res.end('x'))],
  [
    'getHeaders',
    (_, res, see) => (res.setHeader('X-A', '1'), see({ ...res.getHeaders() }, res.hasHeader('X-A')), res.end()),
  ],
  ['writeHead', (_, res) => (res.writeHead(404, { 'X-A': '1' }), res.end('no'))],
  ['writeHead with a length', (_, res) => (res.writeHead(200, { 'Content-Length': 2 }), res.end('no'))],
  ['statusCode', (_, res) => ((res.statusCode = 418), res.end())],
  ['204', (_, res) => (res.writeHead(204), res.end())],
  ['HEAD', (_, res) => (res.setHeader('Content-Length', 5), res.end()), { ':method': 'HEAD' }],
  ['headersSent', (_, res, see) => (see(res.headersSent), res.write('x'), see(res.headersSent), res.end())],
  ['flushHeaders', (_, res) => (res.flushHeaders(), setImmediate(() => res.end('late')))],
  ['addTrailers', (_, res) => (res.write('x'), res.addTrailers({ 'x-sum': '1' }), res.end())],
  ['addTrailers without content', (_, res) => (res.flushHeaders(), res.addTrailers({ 'grpc-status': '0' }), res.end())],
  ['103', (_, res) => (res.writeEarlyHints({ link: '</a.css>; rel=preload' }), res.end('x'))],
  [
    'request line',
    (req, res, see) => (
      see(req.method, req.url, req.httpVersion, req.httpVersionMajor, req.httpVersionMinor),
      res.end()
    ),
    { ':path': '/a?b=c' },
  ],
  [
    'pseudo headers',
    (req, res, see) => {
      see([':method', ':scheme', ':path', ':authority'].map((name) => req.headers[name]));
      res.end();
    },
    { ':path': '/a' },
  ],
  [
    'headers',
    (req, res, see) => (see(req.headers['x-a'], req.headers.cookie), res.end()),
    { 'x-a': '1', cookie: 'a=1; b=2' },
  ],
  ['content', read, { ':method': 'POST' }, 'hello'],
  ['pipe', (req, res) => req.pipe(res), { ':method': 'POST' }, 'hello'],
  ['content left alone', (_, res) => res.end('x'), { ':method': 'POST' }, 'hello'],
  [
    'for await',
    async (req, res) => {
      let size = 0;
      for await (const piece of req) size += (piece as Buffer).length;
      res.end(String(size));
    },
    { ':method': 'POST' },
    'x'.repeat(100_000),
  ],
  ['large content', (_, res) => res.end('x'.repeat(300_000))],
  ['events', (_, res, see) => (res.on('finish', () => see('finish')).on('close', () => see('close')), res.end('x'))],
];

describe('a handler over HTTP/2, on node:http2 and on Windhover', () => {
  let servers: TwoHttp2Servers;

  beforeAll(async () => {
    servers = await new TwoHttp2Servers().start();
  });

  afterAll(async () => {
    await servers[Symbol.asyncDispose]();
  });

  it.each(cases)('%s', async (_, handler, headers = {}, content) => {
    const [node, ours] = await servers.answers(handler, headers, content);
    expect(ours).toEqual(node);
  });

  it('an error of misuse has the code of node:http', async () => {
    const { seen } = await servers.ours(
      (_, res, see) => (res.write('x'), attempt(see, () => res.setHeader('a', '1')), res.end()),
    );
    expect(seen).toEqual([[{ code: 'ERR_HTTP_HEADERS_SENT', name: 'Error' }]]);
  });

  it('bytes that the handler writes on the socket are an error of the application: 500', async () => {
    const { headers, seen } = await servers.ours((req, _, see) => req.socket.write('x', (error) => see(error)));
    expect(headers[':status']).toBe(500);
    expect(seen).toEqual([[{ code: 'APP_NODE_SOCKET_WRITE_REFUSED', name: 'NodeHandlerError' }]]);
  });

  it.each(['connection', 'keep-alive', 'transfer-encoding'])('the field %s of a handler is not sent', async (name) => {
    const ours = await servers.ours((_, res) => (res.setHeader(name, 'chunked'), res.end('x')));
    expect(ours.headers).not.toHaveProperty(name);
    expect(ours.content).toBe('x');
  });
});
