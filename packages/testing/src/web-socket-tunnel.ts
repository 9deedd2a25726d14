import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders, constants } from 'node:http2';
import { Duplex } from 'node:stream';
import { Http2Client } from './http2-client.ts';

type Callback = (error?: Error | null) => void;

/** Fields of an upgrade request that an extended CONNECT does not have (RFC 8441 section 5, RFC 9113 section 8.2.2). */
const upgradeFields = new Set(['host', 'connection', 'upgrade', 'sec-websocket-key']);

/**
 * Lets `ws`, which opens WebSockets over HTTP/1.1 only, open one over HTTP/2: its upgrade request becomes an extended CONNECT,
 * the answer becomes one of HTTP/1.1, and the bytes after them pass as they are.
 *
 * Source: RFC 8441 section 5
 */
export class WebSocketTunnel extends Duplex {
  readonly #client: Http2Client;
  readonly #scheme: string;
  #head = '';
  #stream: ClientHttp2Stream | undefined;

  /** @param connection to the server, which carries nothing else */
  constructor(connection: Duplex, scheme: string) {
    super();
    this.#client = new Http2Client(connection, `${scheme}://localhost`);
    this.#scheme = scheme;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: Callback): void {
    if (this.#stream !== undefined) {
      this.#stream.write(bytes, done);
      return;
    }
    this.#head += bytes.toString('latin1');
    if (this.#head.endsWith('\r\n\r\n')) void this.#connect(done);
    else done();
  }

  override _read(): void {
    this.#stream?.resume();
  }

  override _final(done: Callback): void {
    if (this.#stream === undefined) done();
    else this.#stream.end(done);
  }

  override _destroy(error: Error | null, done: Callback): void {
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#client.close();
    done(error);
  }

  async #connect(done: Callback): Promise<void> {
    const { path, key, headers } = upgradeRequest(this.#head);
    const pseudo = { ':scheme': this.#scheme, ':path': path };
    try {
      const stream = await this.#client.extendedConnect('websocket', { ...pseudo, ...headers });
      this.#stream = stream;
      stream.once('response', (head) => this.#answered(stream, answerOf(head, key)));
      stream.once('error', (error) => this.destroy(error));
      stream.once('close', () => this.destroy());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** @param head text of the answer, which comes before the bytes of the stream */
  #answered(stream: ClientHttp2Stream, head: string): void {
    this.push(head, 'latin1');
    stream.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) stream.pause();
    });
    stream.once('end', () => void this.push(null));
  }
}

/** The parts of an upgrade request that an extended CONNECT uses. */
const upgradeRequest = (text: string): { path: string; key: string; headers: OutgoingHttpHeaders } => {
  const [requestLine, ...lines] = text.trimEnd().split('\r\n');
  const fields = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const kept = [...fields].filter(([name]) => !upgradeFields.has(name));
  return {
    path: requestLine!.split(' ')[1]!,
    key: fields.get('sec-websocket-key')!,
    headers: { ':authority': fields.get('host'), ...Object.fromEntries(kept) },
  };
};

/** The head of an answer, as the upgrade request expects it: 101 where the stream is open. */
const answerOf = (head: IncomingHttpHeaders, key: string): string => {
  const status = Number(head[':status']);
  const opened: [name: string, value: string][] = [
    ['upgrade', 'websocket'],
    ['connection', 'Upgrade'],
    ['sec-websocket-accept', acceptOf(key)],
  ];
  const isOpen = status === 200;
  const received = Object.entries(head)
    .filter(([name]) => !name.startsWith(':') && name !== 'sec-websocket-accept')
    .flatMap(([name, value]) => [value!].flat().map((line): [string, string] => [name, line]));
  const fields = [...(isOpen ? opened : [['connection', 'close']]), ...received];
  const shown = isOpen ? 101 : status;
  return `HTTP/1.1 ${shown} ${STATUS_CODES[shown] ?? ''}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
};

/** RFC 6455 section 4.2.2, step 5.4. */
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
