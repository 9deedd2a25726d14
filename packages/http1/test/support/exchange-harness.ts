import {
  type ClosedObserver,
  type CloseRequestListener,
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
} from '@windhover/connections';
import { Features } from '@windhover/features';
import {
  type BadHttpRequestError,
  HttpContext,
  type HttpLimits,
  type RefusalResponder,
  type RequestDelegate,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { http1 } from '../../src/index.ts';

/** A connection whose peer is the test: everything happens at once and in order. */
export class TestConnection extends Features implements Connection {
  readonly id = 'TEST-1';
  readonly sentChunks: string[] = [];
  receiver!: Receiver;
  isPaused = false;
  hasEnded = false;
  isDisposed = false;
  abortReason: Error | undefined | null = null;
  /** What `write` answers. */
  takesMore = true;
  #observers: ClosedObserver[] = [];

  get features(): this {
    return this;
  }

  start(receiver: Receiver): void {
    this.receiver = receiver;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.hasEnded) throw new Error('written after the end');
    this.sentChunks.push(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'));
    return this.takesMore;
  }

  end(): void {
    this.hasEnded = true;
  }

  abort(reason?: Error): void {
    if (this.abortReason !== null) return;
    this.abortReason = reason;
    queueMicrotask(() => this.close(reason));
  }

  dispose(): void {
    this.isDisposed = true;
    queueMicrotask(() => this.close());
  }

  onClosed(observer: ClosedObserver): void {
    this.#observers.push(observer);
  }

  get isAborted(): boolean {
    return this.abortReason !== null;
  }

  close(error?: Error): void {
    this.receiver.closed(error);
    for (const observer of this.#observers) observer.closed(this, error);
  }
}

/** The heartbeat and the stop signal of a server, moved by the test. */
export class TestServer implements ConnectionHeartbeatFeature, ConnectionLifetimeNotificationFeature {
  now = 0;
  isCloseRequested = false;
  readonly connectionClosedRequested: AbortSignal = new AbortController().signal;
  #heartbeat: HeartbeatListener[] = [];
  #close: CloseRequestListener[] = [];

  onHeartbeat(listener: HeartbeatListener): void {
    this.#heartbeat.push(listener);
  }

  onCloseRequested(listener: CloseRequestListener): void {
    this.#close.push(listener);
  }

  requestClose(): void {
    this.isCloseRequested = true;
    for (const listener of this.#close) listener.closeRequested();
  }

  /** One beat; it comes late when more than 1000 ms have passed since the beat before. */
  beat(milliseconds = 1000): void {
    this.now += milliseconds;
    for (const listener of this.#heartbeat) listener.heartbeat(this.now);
  }
}

export interface Harness {
  readonly connection: TestConnection;
  readonly applicationErrors: unknown[];
  readonly badRequests: BadHttpRequestError[];
  /** Bytes from the peer. */
  receive(text: string | Uint8Array): void;
  /** Everything sent so far, with the Date of every response replaced by `D`. */
  sent(): string;
  /** Sent since the last look. */
  next(): string;
  /** Lets so many seconds pass, with a heartbeat in each. */
  seconds(count: number): void;
  /** One heartbeat, so many milliseconds after the one before. */
  beat(milliseconds: number): void;
  requestClose(): void;
}

export interface HarnessOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly serverHeader?: string | null;
  readonly dateHeader?: boolean;
  readonly refusal?: RefusalResponder;
  /** False: no server, so no heartbeat. */
  readonly heartbeat?: boolean;
}

/** One HTTP/1.1 connection with a handler on it. Responses have no Date and no Server unless asked for. */
export const serve = (handler: RequestDelegate, options: HarnessOptions = {}): Harness => {
  const connection = new TestConnection();
  const server = new TestServer();
  if (options.heartbeat !== false) {
    connection.set(ConnectionHeartbeatFeature, server);
    connection.set(ConnectionLifetimeNotificationFeature, server);
  }
  const applicationErrors: unknown[] = [];
  const badRequests: BadHttpRequestError[] = [];
  const delegate = http1().createHandler(pipelineApplication(handler), {
    limits: resolveHttpLimits(options.limits),
    serverHeader: options.serverHeader ?? null,
    dateHeader: options.dateHeader ?? false,
    refusal: options.refusal,
    wallClock: () => Date.UTC(2026, 0, 2, 3, 4, 5) + server.now,
    events: {
      applicationError: (error) => void applicationErrors.push(error),
      badRequest: (error) => void badRequests.push(error),
    },
  });
  void delegate(connection);
  let seen = 0;
  return {
    connection,
    applicationErrors,
    badRequests,
    receive: (text) => connection.receiver.received(typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
    sent: () => connection.sentChunks.join(''),
    next: () => {
      const all = connection.sentChunks.join('');
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    seconds: (count) => {
      for (let i = 0; i < count; i++) server.beat();
    },
    beat: (milliseconds) => server.beat(milliseconds),
    requestClose: () => server.requestClose(),
  };
};

/** All microtasks and next-tick callbacks that are due have run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const get = (target = '/', fields = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

export const post = (content: string, fields = ''): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${content.length}\r\n${fields}\r\n${content}`;

export const chunked = (content: string, fields = ''): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${fields}\r\n${content}`;

export { HttpContext };
