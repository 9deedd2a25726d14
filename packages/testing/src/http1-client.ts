import type { Connection, Receiver } from '@windhover/connections';
import {
  ResponseDecoder,
  ResponseEvent,
  encodeChunk,
  encodeLastChunk,
  encodeRequestHead,
} from '@windhover/http1-codec';
import { TestServerError } from './errors.ts';
import type { TestFetchOptions } from './test-fetch-options.ts';
import { ReceivedBody, responseOf } from './received-body.ts';
import { type RequestMessage, hasField } from './request-message.ts';

/** No limits: the decoder's limits protect against untrusted servers, and a test may receive any response. */
const withoutLimits = {
  maxStatusLineSize: Number.MAX_SAFE_INTEGER,
  maxResponseHeadersTotalSize: Number.MAX_SAFE_INTEGER,
  maxResponseHeaderCount: 100_000,
  maxResponseBodySize: null,
  maxInformationalResponses: 100_000,
};

/** One request whose response is not complete. */
interface Pending {
  readonly isHead: boolean;
  readonly options: TestFetchOptions;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
  readonly signalAborted: (() => void) | undefined;
  /** Pieces of content received before the response is returned. */
  pieces: Uint8Array[];
  body: ReceivedBody | undefined;
  isDelivered: boolean;
}

/** The client of one HTTP/1.1 connection: one request at a time. */
export class Http1Client implements Receiver {
  readonly #connection: Connection;
  readonly #decoder = new ResponseDecoder(withoutLimits);
  readonly #idle: () => void;
  #pending: Pending | undefined;
  #isSending = false;
  #isOver = false;
  #drained: (() => void) | undefined;

  /** @param idle called when the connection is free for another request */
  constructor(connection: Connection, idle: () => void) {
    this.#connection = connection;
    this.#idle = idle;
    connection.start(this);
  }

  /** Whether the connection can carry another request now. */
  get isFree(): boolean {
    return this.#pending === undefined && !this.#isSending && !this.#isOver && this.#decoder.keepAlive;
  }

  /** @throws TestServerError `TESTING_BUSY`, `TESTING_CONNECTION_CLOSED`, `TESTING_SWITCHED`, by rejecting */
  fetch(message: RequestMessage, options: TestFetchOptions): Promise<Response> {
    if (this.#isOver) return Promise.reject(new TestServerError('TESTING_CONNECTION_CLOSED'));
    if (!this.isFree) return Promise.reject(new TestServerError('TESTING_BUSY'));
    return new Promise((resolve, reject) => {
      const signal = options.signal ?? undefined;
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const signalAborted = signal === undefined ? undefined : (): void => this.#aborted(signal.reason);
      const isHead = message.method === 'HEAD';
      this.#pending = {
        isHead,
        options,
        resolve,
        reject,
        signalAborted,
        pieces: [],
        body: undefined,
        isDelivered: false,
      };
      if (signalAborted !== undefined) signal?.addEventListener('abort', signalAborted);
      try {
        this.#send(message);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Rejects the pending fetch. @returns whether a fetch was pending */
  applicationFailed(error: unknown): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending.isDelivered) return false;
    pending.isDelivered = true;
    pending.reject(error);
    return true;
  }

  close(): void {
    this.#connection.end();
  }

  #send({ method, authority, target, fields, content, trailers }: RequestMessage): void {
    const headers = hasField(fields, 'host') ? fields : [['host', authority] as const, ...fields];
    const framing = framingOf(method, fields, content, trailers);
    const { text } = encodeRequestHead({ method, target, headers, ...(framing !== undefined && { content: framing }) });
    const end = framing === 'chunked' ? encodeLastChunk(trailers) : '';
    this.#decoder.expect(method);
    if (content instanceof ReadableStream) {
      this.#connection.write(text);
      void this.#sendStream(content, end);
    } else if (end !== '') {
      this.#connection.write(text);
      if (content !== undefined && content.length > 0) this.#connection.write(encodeChunk(Buffer.from(content)));
      this.#connection.write(end);
    } else if (typeof content === 'string') this.#connection.write(text + content);
    else {
      this.#connection.write(text);
      if (content !== undefined) this.#connection.write(content);
    }
  }

  /** @param end the last chunk; empty where the content is sent as it is */
  async #sendStream(stream: ReadableStream<Uint8Array>, end: string): Promise<void> {
    this.#isSending = true;
    try {
      for await (const piece of stream) {
        if (this.#isOver) return;
        if (!this.#connection.write(end === '' ? piece : encodeChunk(piece))) await this.#whenDrained();
      }
      if (end !== '') this.#connection.write(end);
    } catch (error) {
      this.#aborted(error);
    } finally {
      this.#isSending = false;
      this.#release();
    }
  }

  #whenDrained(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => (this.#drained = resolve));
  }

  // Receiver

  received(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    this.#read();
  }

  drained(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }

  ended(): void {
    this.#decoder.end();
    this.#read();
    this.#connection.end();
  }

  closed(error?: Error): void {
    this.#isOver = true;
    this.drained();
    this.#fail(new TestServerError('TESTING_CONNECTION_CLOSED', undefined, { cause: error }));
  }

  #read(): void {
    try {
      for (let event = this.#decoder.read(); event !== ResponseEvent.needData; event = this.#decoder.read()) {
        if (event === ResponseEvent.switched) return this.#switched();
        this.#event(event);
      }
    } catch (error) {
      this.#aborted(error);
      return;
    }
    this.#deliverStream();
  }

  #event(event: ResponseEvent): void {
    const pending = this.#pending;
    const { head, content } = this.#decoder;
    switch (event) {
      case ResponseEvent.informational:
        pending?.options.onInformational?.(head!.statusCode, new Headers([...head!.headers] as [string, string][]));
        return;
      case ResponseEvent.content:
        if (pending?.body === undefined) pending?.pieces.push(content!);
        else pending.body.push(content!);
        return;
      case ResponseEvent.end:
        this.#complete();
    }
  }

  /** Returns the response before its content is complete: the body is a stream. */
  #deliverStream(): void {
    const pending = this.#pending;
    if (pending === undefined || pending.body !== undefined || !this.#decoder.isInMessage) return;
    if (this.#decoder.head === undefined || this.#decoder.outstanding > 0) return;
    pending.body = new ReceivedBody({
      pause: () => this.#connection.pause(),
      resume: () => this.#connection.resume(),
      cancel: () => this.#connection.abort(),
    });
    for (const piece of pending.pieces) pending.body.push(piece);
    pending.pieces = [];
    this.#resolve(pending, pending.body.stream);
  }

  #complete(): void {
    const pending = this.#takePending()!;
    const { trailers } = this.#decoder;
    if (trailers !== undefined && trailers.size > 0) {
      pending.options.onTrailers?.(new Headers([...trailers] as [string, string][]));
    }
    if (pending.body === undefined) {
      const { pieces } = pending;
      const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      this.#resolve(pending, pending.isHead ? null : (bytes as Uint8Array<ArrayBuffer>));
    } else pending.body.end();
    this.#release();
  }

  #resolve(pending: Pending, body: Parameters<typeof responseOf>[3]): void {
    if (pending.isDelivered) return;
    pending.isDelivered = true;
    const { statusCode, reasonPhrase, headers } = this.#decoder.head!;
    pending.resolve(responseOf(statusCode, reasonPhrase, [...headers] as [string, string][], body));
  }

  #release(): void {
    if (this.isFree) this.#idle();
  }

  #switched(): void {
    this.#fail(new TestServerError('TESTING_SWITCHED'));
    this.#connection.abort();
  }

  #aborted(reason: unknown): void {
    this.#fail(reason);
    this.#connection.abort();
  }

  #fail(error: unknown): void {
    const pending = this.#takePending();
    if (pending === undefined) return;
    pending.body?.fail(error);
    if (!pending.isDelivered) pending.reject(error);
  }

  /** Removes the completed request. */
  #takePending(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending?.signalAborted !== undefined) {
      pending.options.signal!.removeEventListener('abort', pending.signalAborted);
    }
    return pending;
  }
}

/**
 * RFC 9110 8.6: a method that defines content sends its length even where there is none. `undefined` where the fields of the
 * request say how it is framed, or nothing has to.
 *
 * @throws TypeError for trailers of content that is not sent in chunks
 */
const framingOf = (
  method: string,
  fields: RequestMessage['fields'],
  content: RequestMessage['content'],
  trailers: RequestMessage['trailers'],
): number | 'chunked' | undefined => {
  if (hasField(fields, 'content-length') || hasField(fields, 'transfer-encoding')) {
    if (trailers === undefined) return undefined;
    throw new TypeError('over HTTP/1.1 trailers follow chunks: leave Content-Length and Transfer-Encoding out');
  }
  if (content instanceof ReadableStream || trailers !== undefined) return 'chunked';
  if (content !== undefined) return content.length;
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? 0 : undefined;
};
