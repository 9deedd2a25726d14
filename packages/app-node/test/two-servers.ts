import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { type NodeHandler, nodeHandler } from '../src/index.ts';

/** A response as a client reads it, without what the two servers say about themselves and the connection. */
export interface Message {
  readonly status: string;
  readonly fields: readonly string[];
  readonly content: string;
  readonly trailers: readonly string[];
}

export interface Outcome {
  readonly messages: readonly Message[];
  /** What the handler saw, in order. */
  readonly seen: readonly unknown[];
}

/** A handler that tells what it sees. */
export type Observed = (
  request: IncomingMessage,
  response: ServerResponse,
  see: (...values: unknown[]) => void,
) => unknown;

/** Of the connection or the clock, and left out: DIFFERENCES.md says why. */
const leftOut = new Set(['date', 'connection', 'keep-alive', 'server', 'content-length', 'transfer-encoding']);

/** The same handlers on `node:http` and on Windhover, over TCP. */
export class TwoServers implements AsyncDisposable {
  readonly #node = createServer((request, response) => void this.#run(this.#nodeSeen, request, response));
  readonly #windhover = new WindhoverServer({
    transports: [sockets()],
    protocols: [http1()],
    events: { applicationError: () => {} },
  });
  #handler: Observed = () => {};
  #nodeSeen: unknown[] = [];
  #ourSeen: unknown[] = [];

  async start(): Promise<this> {
    const ours: NodeHandler = (request, response) => this.#run(this.#ourSeen, request, response);
    this.#windhover.listen('http://127.0.0.1:0');
    await this.#windhover.start(pipelineApplication(nodeHandler(ours)));
    await once(this.#node.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  /** What comes of the bytes of a client on each of the two. The client ends its side when it has sent them. */
  async outcomes(handler: Observed, sent: string): Promise<{ node: Outcome; ours: Outcome }> {
    this.#handler = handler;
    this.#nodeSeen = [];
    this.#ourSeen = [];
    const { port } = this.#node.address() as AddressInfo;
    const node = { messages: messagesOf(await exchange(port, sent)), seen: this.#nodeSeen };
    const ourPort = Number(new URL(this.#windhover.features.require(ServerAddressesFeature).addresses[0]!).port);
    const ours = { messages: messagesOf(await exchange(ourPort, sent)), seen: this.#ourSeen };
    return { node, ours };
  }

  #run(seen: unknown[], request: IncomingMessage, response: ServerResponse): unknown {
    return this.#handler(request, response, (...values) => void seen.push(values));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#node.close();
    this.#node.closeAllConnections();
    await this.#windhover.stop();
  }
}

/** All bytes that come back until the connection ends. */
const exchange = async (port: number, sent: string): Promise<string> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  socket.end(sent, 'latin1');
  await once(socket, 'close');
  return received;
};

/** @throws where the bytes are no HTTP/1.1 responses */
export const messagesOf = (bytes: string): Message[] => {
  const messages: Message[] = [];
  for (let rest = bytes; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return [...messages, { status: 'cut', fields: [], content: '', trailers: [] }];
    const [statusLine, ...lines] = rest.slice(0, end).split('\r\n');
    const fields = lines.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
    const { content, trailers, left } = contentOf(rest.slice(end + 4), statusLine!, fields);
    const kept = fields.filter((line) => !leftOut.has(line.slice(0, line.indexOf(':'))));
    messages.push({ status: statusLine!, fields: kept.toSorted(), content, trailers });
    rest = left;
  }
  return messages;
};

const contentOf = (rest: string, statusLine: string, fields: readonly string[]) => {
  if (/ (?:1\d\d|204|304) /.test(`${statusLine} `)) return { content: '', trailers: [], left: rest };
  const length = fields.find((line) => line.startsWith('content-length:'));
  if (length !== undefined) {
    const size = Number(length.slice('content-length:'.length));
    // The answer to HEAD has a length and no content.
    if (rest === '' || rest.startsWith('HTTP/1.')) return { content: '', trailers: [], left: rest };
    return { content: rest.slice(0, size), trailers: [], left: rest.slice(size) };
  }
  if (fields.includes('transfer-encoding: chunked') && rest !== '' && !rest.startsWith('HTTP/1.'))
    return chunksOf(rest);
  return { content: rest, trailers: [], left: '' };
};

const chunksOf = (bytes: string) => {
  let content = '';
  let rest = bytes;
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (line < 0 || Number.isNaN(size)) return { content: `${content}<cut>`, trailers: [], left: '' };
    rest = rest.slice(line + 2);
    if (size === 0) break;
    content += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
  const end = rest.indexOf('\r\n');
  if (end === 0) return { content, trailers: [], left: rest.slice(2) };
  const trailers = rest.slice(0, rest.indexOf('\r\n\r\n')).split('\r\n');
  return { content, trailers, left: rest.slice(rest.indexOf('\r\n\r\n') + 4) };
};
