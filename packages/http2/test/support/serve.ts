import { Buffer } from 'node:buffer';
import {
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  TlsHandshakeFeature,
} from '@windhover/connections';
import {
  type BadHttpRequestError,
  type HttpEvents,
  type HttpLimitOptions,
  type RefusalResponder,
  type RequestDelegate,
  type UpgradeCounter,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { lend } from '../../../../tools/test-support/overwriting-connection.ts';
import { TestConnection, TestServer } from '../../../../tools/test-support/test-connection.ts';
import { turns } from '../../../../tools/test-support/turns.ts';
import { type Http2Options, http2 } from '../../src/index.ts';
import { frames } from './frames.ts';
import { SentFrames } from './sent-frames.ts';

export interface ServeOptions {
  readonly limits?: HttpLimitOptions;
  readonly options?: Http2Options;
  readonly serverHeader?: string | null;
  readonly dateHeader?: boolean;
  readonly refusal?: RefusalResponder;
  readonly upgrades?: UpgradeCounter;
  /** Called after the name was added to `dropped`. */
  readonly onDropped?: HttpEvents['responseFieldDropped'];
  /** False: no server, so no heartbeat. */
  readonly heartbeat?: boolean;
  /** Whether TLS is below. */
  readonly isTls?: boolean;
  /** Whether the client has sent its preface and SETTINGS. Default true. */
  readonly isOpen?: boolean;
}

const handshake: TlsHandshakeFeature = {
  protocol: 'TLSv1.3',
  cipherSuite: 'TLS_AES_256_GCM_SHA384',
  serverName: undefined,
  applicationProtocol: 'h2',
  isResumed: false,
};

/** One HTTP/2 connection whose client is the test. */
export class Served {
  readonly connection = new TestConnection();
  readonly server = new TestServer();
  readonly applicationErrors: unknown[] = [];
  readonly badRequests: BadHttpRequestError[] = [];
  readonly dropped: string[] = [];
  readonly #sent = new SentFrames();
  #seen = 0;

  constructor(handler: RequestDelegate, options: ServeOptions) {
    if (options.heartbeat !== false) {
      this.connection.set(ConnectionHeartbeatFeature, this.server);
      this.connection.set(ConnectionLifetimeNotificationFeature, this.server);
    }
    if (options.isTls) this.connection.set(TlsHandshakeFeature, handshake);
    void http2(options.options).createHandler(pipelineApplication(handler), {
      limits: resolveHttpLimits(options.limits),
      serverHeader: options.serverHeader ?? null,
      dateHeader: options.dateHeader ?? false,
      refusal: options.refusal,
      upgrades: options.upgrades,
      wallClock: () => Date.UTC(2026, 0, 2, 3, 4, 5) + this.server.now,
      events: {
        applicationError: (error) => void this.applicationErrors.push(error),
        badRequest: (error) => void this.badRequests.push(error),
        responseFieldDropped: (name, exchange) => {
          this.dropped.push(name);
          options.onDropped?.(name, exchange);
        },
      },
    })(this.connection);
    if (options.isOpen === false) return;
    this.send('PREFACE\nSETTINGS');
    this.next();
  }

  /** Frames of the client, as `frames` reads them. */
  send(text: string): void {
    this.sendBytes(frames(text));
  }

  sendBytes(bytes: Uint8Array): void {
    lend(this.connection.receiver, bytes);
  }

  /** Frames sent since the last look, one line each. */
  next(): string[] {
    const chunks = this.connection.sentChunks.slice(this.#seen);
    this.#seen += chunks.length;
    return this.#sent.read(Buffer.from(chunks.join(''), 'latin1'));
  }

  /** Waits until frames that wait for a turn of the event loop were handled, and handlers have continued. */
  async settled(): Promise<string[]> {
    do await turns(3);
    while (this.connection.isPaused && this.connection.takesMore && !this.connection.isOver);
    return this.next();
  }

  seconds(count: number): void {
    for (let second = 0; second < count; second++) this.server.beat();
  }
}

export const serve = (handler: RequestDelegate, options: ServeOptions = {}): Served => new Served(handler, options);

/** Answers with the content of the request, or a greeting. */
export const echo: RequestDelegate = async ({ request, response }) => {
  const content = await request.bytes();
  response.send(content.length === 0 ? 'hello' : content);
};
