import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  connect,
  constants,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { TestServerError } from './errors.ts';
import type { TestFetchOptions } from './test-fetch-options.ts';
import { ReceivedBody, responseOf } from './received-body.ts';
import type { RequestMessage } from './request-message.ts';

/** A client on one HTTP/2 connection; uses `node:http2`. */
export class Http2Client {
  readonly #session: ClientHttp2Session;
  /** Reject functions of requests that have no response yet, by stream id. */
  readonly #waiting = new Map<number, (error: unknown) => void>();

  /** @param stream of bytes: the connection */
  constructor(stream: Duplex, authority: string) {
    this.#session = connect(authority, { createConnection: () => stream });
    // The session's streams fail as well and report the error.
    this.#session.on('error', () => {});
  }

  get isFree(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  fetch(
    { method, scheme, authority, target, fields, content, trailers }: RequestMessage,
    options: TestFetchOptions,
  ): Promise<Response> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const stream = this.#session.request(
        { ':method': method, ':scheme': scheme, ':authority': authority, ':path': target, ...grouped(fields) },
        { endStream: content === undefined && trailers === undefined, waitForTrailers: trailers !== undefined },
      );
      if (trailers !== undefined) stream.once('wantTrailers', () => stream.sendTrailers(grouped(trailers)));
      const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
      signal?.addEventListener('abort', abort);
      stream.once('close', () => {
        signal?.removeEventListener('abort', abort);
        if (stream.id !== undefined) this.#waiting.delete(stream.id);
        reject(signal?.aborted === true ? (signal.reason as Error) : new TestServerError('TESTING_CONNECTION_CLOSED'));
      });
      stream.once('error', (cause) => reject(new TestServerError('TESTING_CONNECTION_CLOSED', undefined, { cause })));
      whenOpen(stream, () => this.#waiting.set(stream.id!, reject));
      stream.on('headers', (head) => options.onInformational?.(Number(head[':status']), new Headers(linesOf(head))));
      stream.once('trailers', (trailers) => options.onTrailers?.(new Headers(linesOf(trailers))));
      stream.once('response', (head, flags) => {
        this.#waiting.delete(stream.id!);
        const isBodyless = method === 'HEAD' || (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
        resolve(responseOf(Number(head[':status']), '', linesOf(head), isBodyless ? null : bodyOf(stream)));
      });
      if (content !== undefined) send(stream, content);
      else if (trailers !== undefined) stream.end();
    });
  }

  /**
   * Opens a stream with an extended CONNECT, once the server has allowed it (RFC 8441 sections 3 and 4).
   *
   * @throws TestServerError `TESTING_CONNECTION_CLOSED`, by rejecting
   */
  async extendedConnect(protocol: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream> {
    const session = this.#session;
    while (session.remoteSettings?.enableConnectProtocol !== true) {
      await new Promise<void>((resolve, reject) => {
        session.once('remoteSettings', () => resolve());
        session.once('close', () => reject(new TestServerError('TESTING_CONNECTION_CLOSED')));
      });
    }
    return session.request({ ':method': 'CONNECT', ':protocol': protocol, ...headers }, { endStream: false });
  }

  /** Rejects the fetch that waits on a stream. @returns whether a fetch was waiting */
  applicationFailed(error: unknown, streamId: number): boolean {
    const reject = this.#waiting.get(streamId);
    reject?.(error);
    return reject !== undefined;
  }

  close(): void {
    this.#session.destroy();
  }
}

const whenOpen = (stream: ClientHttp2Stream, opened: () => void): void => {
  if (stream.pending) stream.once('ready', opened);
  else opened();
};

/** Field lines as an object for `node:http2`: several lines with one name become an array. */
const grouped = (fields: RequestMessage['fields']): Record<string, string | string[]> => {
  const groups: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const before = groups[key];
    groups[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return groups;
};

const linesOf = (head: IncomingHttpHeaders): [name: string, value: string][] =>
  Object.entries(head)
    .filter(([name, value]) => !name.startsWith(':') && value !== undefined)
    .flatMap(([name, value]) => [value!].flat().map((line): [string, string] => [name, line]));

const bodyOf = (stream: ClientHttp2Stream): ReceivedBody['stream'] => {
  const body = new ReceivedBody({
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    cancel: () => stream.close(constants.NGHTTP2_CANCEL),
  });
  let isComplete = false;
  stream.on('data', (bytes: Uint8Array) => body.push(bytes));
  stream.once('end', () => {
    // A reset also ends the stream; `aborted` is set by then.
    isComplete = !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
    if (isComplete) body.end();
  });
  stream.once('close', () => {
    if (!isComplete) body.fail(new TestServerError('TESTING_CONNECTION_CLOSED'));
  });
  return body.stream;
};

const send = (stream: ClientHttp2Stream, content: NonNullable<RequestMessage['content']>): void => {
  if (content instanceof ReadableStream) void sendStream(stream, content);
  else stream.end(content);
};

const sendStream = async (stream: ClientHttp2Stream, content: ReadableStream<Uint8Array>): Promise<void> => {
  try {
    for await (const piece of content) {
      if (stream.destroyed) return;
      if (!stream.write(piece))
        await new Promise<void>((resolve) => void stream.once('drain', resolve).once('close', resolve));
    }
    stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
};
