import {
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
} from '@windhover/connections';
import {
  type BadHttpRequestError,
  HttpContext,
  type HttpLimits,
  type RefusalResponder,
  type RequestHandler,
  type UpgradeCounter,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { TestConnection, TestServer } from '../../../../tools/test-support/test-connection.ts';
import { http1 } from '../../src/index.ts';

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
  readonly upgrades?: UpgradeCounter;
  /** False: no server, so no heartbeat. */
  readonly heartbeat?: boolean;
  /** A layer between the connection and HTTP/1.1. */
  readonly layer?: (below: TestConnection) => Connection;
}

/** One HTTP/1.1 connection with a handler on it. Responses have no Date and no Server unless asked for. */
export const serve = (handler: RequestHandler, options: HarnessOptions = {}): Harness => {
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
    upgrades: options.upgrades,
    wallClock: () => Date.UTC(2026, 0, 2, 3, 4, 5) + server.now,
    events: {
      applicationError: (error) => void applicationErrors.push(error),
      badRequest: (error) => void badRequests.push(error),
    },
  });
  void delegate(options.layer?.(connection) ?? connection);
  let seen = 0;
  return {
    connection,
    applicationErrors,
    badRequests,
    receive: (text) => connection.receive(typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
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

export { HttpContext, TestConnection, TestServer };
