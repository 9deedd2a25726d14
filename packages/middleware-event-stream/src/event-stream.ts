import { Buffer } from 'node:buffer';
import { ConnectionLifetimeNotificationFeature } from '@windhover/connections';
import { ApplicationLifetimeFeature, type HttpContext, HttpResponseBodyFeature } from '@windhover/http';
import { EventStreamError } from './errors.ts';
import { type ServerSentEvent, commentText, eventText } from './event-text.ts';
import { type EventStreamOptions, type ResolvedEventStreamOptions, resolveEventStreamOptions } from './options.ts';

/** The events of one response. */
export interface EventStream {
  /** The Last-Event-ID of the client: the id of the last event that it received; `undefined` for none. */
  readonly lastEventId: string | undefined;
  /** Whether events can still be sent. */
  readonly isOpen: boolean;
  /** Aborts when the stream ends, for any reason. */
  readonly signal: AbortSignal;
  /**
   * Resolves when the stream ends: the client disconnects, the server stops, or `close` is called. Return it from a
   * handler.
   */
  readonly closed: Promise<void>;
  /**
   * Sends an event. Does nothing after the end of the stream.
   *
   * @returns a promise if the client does not keep up: await it before the next event. It never rejects
   * @throws EventStreamError `EVENT_STREAM_FIELD_INVALID`, `EVENT_STREAM_RETRY_INVALID`, `EVENT_STREAM_DATA_INVALID`
   */
  send(event: ServerSentEvent): void | Promise<void>;
  /** Sends a comment, which clients ignore. */
  comment(text: string): void | Promise<void>;
  /** Ends the response. */
  close(): void;
}

/**
 * Starts a response of server-sent events. It ends when the client disconnects, and when the server begins to stop, so
 * that the stop does not wait for it: browsers then reconnect to another process.
 *
 * @throws EventStreamError `EVENT_STREAM_OPTION_INVALID`
 * @throws HttpError `HTTP_RESPONSE_STARTED`
 * Source: HTML standard, section "Server-sent events"
 */
export const eventStream = (context: HttpContext, given: EventStreamOptions = {}): EventStream =>
  new ResponseEvents(context, resolveEventStreamOptions(given));

class ResponseEvents implements EventStream {
  readonly lastEventId: string | undefined;
  readonly closed: Promise<void>;
  readonly #context: HttpContext;
  readonly #maxBufferSize: number;
  readonly #ended = new AbortController();
  readonly #stopKeepAlive: (() => void) | undefined;
  /** Bytes written since the client last kept up. */
  #waiting = 0;
  #draining: Promise<void> | undefined;

  constructor(context: HttpContext, { keepAliveInterval, maxBufferSize, clock }: ResolvedEventStreamOptions) {
    this.#context = context;
    this.#maxBufferSize = maxBufferSize ?? Infinity;
    this.lastEventId = lastEventIdOf(context);
    this.closed = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    startResponse(context);
    if (context.request.method === 'HEAD') {
      this.close();
      return;
    }
    this.#stopKeepAlive =
      keepAliveInterval === null ? undefined : clock.every(keepAliveInterval, () => this.#keepAlive());
    context.response.onCompleted(() => this.#end());
    for (const signal of endsOf(context)) this.#follow(signal);
  }

  get isOpen(): boolean {
    return !this.#ended.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  send(event: ServerSentEvent): void | Promise<void> {
    return this.#write(eventText(event));
  }

  comment(text: string): void | Promise<void> {
    return this.#write(commentText(text));
  }

  close(): void {
    if (!this.isOpen) return;
    if (!this.#context.response.hasEnded) this.#context.response.end();
    this.#end();
  }

  #write(text: string): void | Promise<void> {
    if (!this.isOpen) return;
    const { response } = this.#context;
    if (response.hasEnded) return this.#end();
    const pending = response.write(text);
    if (pending === undefined) return;
    this.#waiting += Buffer.byteLength(text);
    // One wait is shared by all events that are sent meanwhile.
    this.#draining ??= this.#drained(pending);
    if (this.#waiting > this.#maxBufferSize) this.#reset();
    return this.#draining;
  }

  async #drained(pending: Promise<void>): Promise<void> {
    try {
      await pending;
    } catch {
      // The client has disconnected.
      this.#end();
    }
    this.#waiting = 0;
    this.#draining = undefined;
  }

  #keepAlive(): void {
    if (this.#draining === undefined) void this.#write(commentText(''));
  }

  #reset(): void {
    this.#ended.abort(new EventStreamError('EVENT_STREAM_CLIENT_SLOW'));
    this.#stopKeepAlive?.();
    this.#context.abort();
  }

  #follow(signal: AbortSignal): void {
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', () => this.close(), { once: true, signal: this.signal });
  }

  #end(): void {
    this.#stopKeepAlive?.();
    this.#ended.abort();
  }
}

/** Starts the response, so that the client is connected before the first event. */
const startResponse = ({ features, response }: HttpContext): void => {
  response.headers.set('content-type', 'text/event-stream');
  response.headers.set('cache-control', 'no-store');
  // nginx would buffer events.
  response.headers.set('x-accel-buffering', 'no');
  features.require(HttpResponseBodyFeature).start();
};

/**
 * Signals that end the stream: the client disconnects, the host begins to stop, or the connection is asked to close.
 */
const endsOf = ({ features, signal }: HttpContext): AbortSignal[] =>
  [
    signal,
    features.get(ApplicationLifetimeFeature)?.stopping,
    features.get(ConnectionLifetimeNotificationFeature)?.connectionClosedRequested,
  ].filter((each) => each !== undefined);

/** Clients send ids as UTF-8, but field values are latin1 text. */
const lastEventIdOf = ({ request }: HttpContext): string | undefined => {
  const value = request.headers.get('last-event-id');
  return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');
};
