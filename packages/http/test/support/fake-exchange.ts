import { Features } from '@windhover/features';
import {
  FieldSection,
  HttpContext,
  HttpError,
  type HttpFields,
  HttpRequestBodyFeature,
  HttpRequestFeature,
  HttpRequestIdentifierFeature,
  HttpRequestLifetimeFeature,
  HttpRequestTrailersFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpResponseTrailersFeature,
} from '../../src/index.ts';
import { type Deferred, deferred } from '../../../../tools/test-support/deferred.ts';

/** The head of a request, as a server would give it. */
export class FakeRequest implements HttpRequestFeature {
  protocol = 'HTTP/1.1';
  scheme = 'http';
  method = 'GET';
  pathBase = '';
  path = '/';
  queryString = '';
  rawTarget = '/';
  readonly headers: HttpFields = new FieldSection();
}

/** Content in pieces, each of them there at once or a turn later. */
export class FakeRequestBody implements HttpRequestBodyFeature {
  readonly pieces: Uint8Array[];
  readonly isLate: boolean;
  reads = 0;
  failure: Error | undefined;

  constructor(pieces: readonly (string | Uint8Array)[] = [], isLate = false) {
    this.pieces = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
    this.isLate = isLate;
  }

  get canHaveBody(): boolean {
    return this.pieces.length > 0;
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    this.reads++;
    const piece = this.pieces.shift();
    if (piece === undefined && this.failure !== undefined) return Promise.reject(this.failure);
    return this.isLate ? Promise.resolve(piece) : piece;
  }
}

/** A response whose peer is the test. */
export class FakeResponse implements HttpResponseFeature, HttpResponseBodyFeature {
  statusCode = 200;
  reasonPhrase = '';
  readonly headers: HttpFields = new FieldSection({
    beforeChange: () => {
      if (this.hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
    },
  });
  hasStarted = false;
  hasEnded = false;
  readonly starting: (() => void)[] = [];
  readonly pendingContent: Promise<unknown>[] = [];
  readonly completed: (() => void | Promise<void>)[] = [];
  /** Written content, in order; `end` where it ended, `drained` where the handler waited. */
  readonly log: string[] = [];
  /** Whether the peer keeps up. */
  takesMore = true;
  #drain: Deferred<void> | undefined;

  clear(): void {
    if (this.hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
    this.statusCode = 200;
    this.reasonPhrase = '';
  }

  onStarting(callback: () => void): void {
    this.starting.push(callback);
  }

  onCompleted(callback: () => void | Promise<void>): void {
    this.completed.push(callback);
  }

  waitFor(content: Promise<unknown>): void {
    this.pendingContent.push(content);
  }

  start(): void {
    this.hasStarted = true;
  }

  write(content: Uint8Array | string): boolean {
    this.hasStarted = true;
    this.log.push(textOf(content));
    return this.takesMore;
  }

  drained(): Promise<void> {
    this.log.push('drained');
    this.#drain = deferred();
    return this.#drain.promise;
  }

  end(content?: Uint8Array | string): void {
    this.hasStarted = true;
    this.hasEnded = true;
    if (content !== undefined) this.log.push(textOf(content));
    this.log.push('end');
  }

  /** The peer has taken everything. */
  releaseDrained(): void {
    this.#drain!.resolve();
  }

  /** Called when the peer has disconnected. */
  rejectDrained(): void {
    this.#drain!.reject(new HttpError('HTTP_REQUEST_ABORTED'));
  }
}

export const textOf = (content: Uint8Array | string): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

/** Counts how often each feature is looked up. */
export class CountingFeatures extends Features {
  readonly lookUps: string[] = [];

  override get: Features['get'] = (key) => {
    this.lookUps.push(key.name);
    return super.get(key);
  };
}

export interface FakeExchange {
  readonly context: HttpContext;
  readonly features: CountingFeatures;
  readonly request: FakeRequest;
  readonly requestBody: FakeRequestBody;
  readonly response: FakeResponse;
  readonly abortion: AbortController;
}

/** One request on a server that the test plays. */
export const fakeExchange = (
  request: Partial<FakeRequest> = {},
  requestBody: FakeRequestBody = new FakeRequestBody(),
): FakeExchange => {
  const features = new CountingFeatures();
  const fakeRequest = Object.assign(new FakeRequest(), request);
  const response = new FakeResponse();
  const abortion = new AbortController();
  features.set(HttpRequestFeature, fakeRequest);
  features.set(HttpRequestBodyFeature, requestBody);
  features.set(HttpResponseFeature, response);
  features.set(HttpResponseBodyFeature, response);
  features.set(HttpRequestTrailersFeature, { available: true, trailers: FieldSection.ofReceived([['digest', 'x']]) });
  features.set(HttpResponseTrailersFeature, { trailers: new FieldSection() });
  features.set(HttpRequestIdentifierFeature, { traceIdentifier: 'C:1' });
  features.set(HttpRequestLifetimeFeature, {
    requestAborted: abortion.signal,
    onClosed: (callback) => abortion.signal.addEventListener('abort', () => callback(abortion.signal.reason)),
    abort: () => abortion.abort(new HttpError('HTTP_REQUEST_ABORTED')),
  });
  const context = new HttpContext(features);
  return { context, features, request: fakeRequest, requestBody, response, abortion };
};
