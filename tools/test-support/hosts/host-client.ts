import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as http1Request } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as http2Connect, constants } from 'node:http2';
import { Socket } from 'node:net';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';

/** A request of a test. */
export interface HostRequest {
  /** Default GET. */
  readonly method?: string;
  /** Path and query. Default `/`. */
  readonly path?: string;
  /** Names in lower case. `host` is `app.test` by default. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Text or bytes are sent with their length, a source of pieces is streamed. With `expect: 100-continue` it is sent
   * after 100 (Continue).
   */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Fields after the content. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** The head of a response, and its content as a stream. */
export interface OpenResponse {
  readonly status: number;
  /** Values of fields by name in lower case, lines joined with `, `; `set-cookie` only in `setCookies`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  /** Statuses of informational responses, in order. */
  readonly informational: readonly number[];
  /** The content as it arrives. */
  readonly content: Readable;
  /** Trailer fields; empty until the content has been read. */
  trailers(): Readonly<Record<string, string>>;
  /** Disconnects without reading the rest: resets the connection or cancels the stream. */
  leave(): void;
  /** Ends the client's side of the connection (FIN); the response is still read. Only HTTP/1.1. */
  end?(): void;
}

/** A complete response. */
export interface HostResponse extends Omit<OpenResponse, 'content' | 'end' | 'leave' | 'trailers'> {
  readonly trailers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The content as UTF-8. */
  readonly text: string;
}

/** A client of one application; uses the HTTP clients of Node. */
export abstract class HostClient {
  protected readonly connect: () => Duplex;

  /** @param connect opens a connection to the server */
  constructor(connect: () => Duplex) {
    this.connect = connect;
  }

  /** Sends a request; resolves when the head of the response has been received. */
  abstract open(request?: HostRequest): Promise<OpenResponse>;

  /** Sends a request and reads the whole response. */
  async request(request?: HostRequest): Promise<HostResponse> {
    const { content, end: _end, leave: _leave, trailers, ...head } = await this.open(request);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    return { ...head, trailers: trailers(), bytes, text: bytes.toString('utf8') };
  }

  /** Sends a GET request. */
  get(path: string, headers: HostRequest['headers'] = {}): Promise<HostResponse> {
    return this.request({ path, headers });
  }

  abstract close(): void;
}

/** A client that opens a connection for each request. */
export class Http1Client extends HostClient {
  readonly #connections = new Set<Duplex>();

  override open({ method = 'GET', path = '/', headers, body, trailers }: HostRequest = {}): Promise<OpenResponse> {
    const connection = this.connect();
    this.#connections.add(connection);
    connection.once('close', () => this.#connections.delete(connection));
    const request = http1Request({
      createConnection: () => connection,
      method,
      path,
      headers: { host: 'app.test', ...lengthOf(body), ...headers } as Record<string, string | string[]>,
    });
    if (trailers !== undefined) request.addTrailers(trailers);
    const informational: number[] = [];
    request.on('information', ({ statusCode }) => void informational.push(statusCode));
    return new Promise((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response: IncomingMessage) => {
        response.on('error', () => {});
        resolve({
          status: response.statusCode!,
          ...fieldsOf(response.headers),
          informational,
          content: response,
          trailers: () => response.trailers as Record<string, string>,
          leave: () => reset(connection),
          end: () => void connection.end(),
        });
      });
      send(request, body, headers);
    });
  }

  override close(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}

/** A client with one connection for all its requests. */
export class Http2Client extends HostClient {
  readonly #scheme: 'http' | 'https';
  #session: ClientHttp2Session | undefined;
  #connection: Duplex | undefined;

  constructor(connect: () => Duplex, scheme: 'http' | 'https') {
    super(connect);
    this.#scheme = scheme;
  }

  override async open({
    method = 'GET',
    path = '/',
    headers,
    body,
    trailers,
  }: HostRequest = {}): Promise<OpenResponse> {
    const { host = 'app.test', ...others } = headers ?? {};
    const session = (this.#session ??= this.#connected());
    const stream: ClientHttp2Stream = session.request(
      { ':method': method, ':path': path, ':authority': host as string, ...lengthOf(body), ...copied(others) },
      { endStream: body === undefined, waitForTrailers: trailers !== undefined },
    );
    stream.on('error', () => {});
    stream.once('wantTrailers', () => stream.sendTrailers(trailers!));
    const informational: number[] = [];
    let received: IncomingHttpHeaders = {};
    stream.on('headers', (fields: IncomingHttpHeaders) => void informational.push(Number(fields[':status'])));
    stream.once('trailers', (fields: IncomingHttpHeaders) => (received = fields));
    // Node discards the content of a stream that has no reader when the response arrives.
    const content = new PassThrough();
    stream.once('response', () => pipeline(stream, content).catch(() => {}));
    content.on('error', () => {});
    if (body !== undefined) send(stream, body, headers);
    const [{ ':status': status, ...fields }] = (await once(stream, 'response')) as [ResponseFields];
    return {
      status,
      ...fieldsOf(fields),
      informational,
      content,
      trailers: () => Object.fromEntries(Object.entries(received)) as Record<string, string>,
      // `close` would wait for the end of content that is still being sent.
      leave: () => (stream.writableEnded ? stream.close(constants.NGHTTP2_CANCEL) : stream.destroy()),
    };
  }

  override close(): void {
    this.#session?.destroy();
    // Node destroys the sockets of its sessions; other streams end in an orderly way.
    if (this.#connection !== undefined && !(this.#connection instanceof Socket)) {
      reset(this.#connection.on('error', () => {}));
    }
  }

  #connected(): ClientHttp2Session {
    const session = http2Connect(`${this.#scheme}://app.test`, {
      createConnection: () => (this.#connection = this.connect()),
    });
    // Running requests fail with the same error.
    session.on('error', () => {});
    return session;
  }
}

type ResponseFields = IncomingHttpHeaders & { ':status': number };

/** Resets the connection: the server sees that the client disconnected, not the end of its content. */
const reset = (connection: Duplex): void => {
  if (connection instanceof TLSSocket) connection.destroy();
  else if (connection instanceof Socket) connection.resetAndDestroy();
  else connection.destroy(new Error('the client leaves'));
};

const lengthOf = (body: HostRequest['body']): Record<string, string> =>
  typeof body === 'string' || body instanceof Uint8Array ? { 'content-length': String(Buffer.byteLength(body)) } : {};

const copied = (headers: NonNullable<HostRequest['headers']>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

const send = (target: NodeJS.WritableStream, body: HostRequest['body'], headers: HostRequest['headers']): void => {
  if (headers?.['expect'] === '100-continue') target.once('continue', () => sendNow(target, body));
  else sendNow(target, body);
};

const sendNow = (target: NodeJS.WritableStream, body: HostRequest['body']): void => {
  if (body === undefined) return void target.end();
  if (typeof body === 'string' || body instanceof Uint8Array) return void target.end(body);
  // A server that refuses content ends its transfer; the response has the reason.
  pipeline(Readable.from(body), target).catch(() => {});
};

const fieldsOf = (received: IncomingHttpHeaders): Pick<OpenResponse, 'headers' | 'setCookies'> => {
  const { 'set-cookie': setCookies = [], ...others } = received;
  return { headers: others as Record<string, string>, setCookies };
};
