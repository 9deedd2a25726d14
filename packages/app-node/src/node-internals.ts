import { IncomingMessage, OutgoingMessage, Server, type ServerResponse } from 'node:http';
import type { FeatureCollection } from '@windhover/features';
import type { HttpResponseBodyFeature, HttpResponseFeature } from '@windhover/http';
import type { SocketFacade } from './socket/socket-facade.ts';

/**
 * Undocumented members of Node.js' HTTP classes that this package uses. `test/node-internals.test.ts` fails on a
 * version of Node.js where one is missing or is called differently.
 *
 * A response is separated from the socket at the lowest level: `_storeHeader` receives the complete head, `_send` each
 * piece of content, `_writeRaw` an informational response, `_finish` the end. Everything above (the `setHeader` family,
 * forms of `writeHead`, callbacks, events, error codes) is Node.js' own code. The members are replaced on each object
 * and not on a prototype, because frameworks replace the prototypes of the objects. A derived class sets them, so that
 * V8 reserves space for them in the object.
 */
export interface ResponseInternals extends ServerResponse {
  _header: string | null;
  _headerSent: boolean;
  _hasBody: boolean;
  _trailer: string;
  _contentLength: number | null;
  _closed: boolean;
  /** Whether the connection ends with the response. */
  _last: boolean;
  /** Whether the client waits for 100 (Continue): the connection ends with a head that is written before it. */
  _expect_continue: boolean;
  _sent100: boolean;
  destroyed: boolean;
  finished: boolean;
  _removedContLen: boolean;
  _removedConnection: boolean;
  chunkedEncoding: boolean;
  _storeHeader: (this: ResponseInternals, statusLine: string, headers: GivenHeaders) => void;
  _send: (this: ResponseInternals, data: Data, encoding?: BufferEncoding | null, callback?: Written | null) => boolean;
  _writeRaw: (
    this: ResponseInternals,
    data: Data,
    encoding?: BufferEncoding | Written | null,
    callback?: Written | null,
  ) => boolean;
  _finish: (this: ResponseInternals) => void;
  _flushOutput: (this: ResponseInternals) => boolean;
  _flush(): void;
  [exchangeKey]: ResponseExchange;
}

export interface RequestInternals extends IncomingMessage {
  _consuming: boolean;
  joinDuplicateHeaders?: boolean;
  /** Number of events with listeners. */
  readonly _eventsCount: number;
  readonly _readableState: {
    readingMore: boolean;
    readonly flowing: boolean | null;
    readonly resumeScheduled: boolean;
    /** Whether there is a listener for `readable`. */
    readonly readableListening: boolean;
    readonly pipes: readonly unknown[];
    ended: boolean;
    endEmitted: boolean;
    destroyed: boolean;
    closed: boolean;
    closeEmitted: boolean;
  };
  _read: (this: RequestInternals) => void;
  _destroy: (this: RequestInternals, error: Error | null, callback: (error: Error | null) => void) => void;
  _addHeaderLines(lines: string[], count: number): void;
  _dump(): void;
  originalUrl?: string;
  /** Set on the request of an upgrade or a CONNECT. */
  upgrade: boolean | null;
  /** The content of a request that may have content. Added by this package. */
  receivedContent: ReceivedContent | undefined;
}

/** The content of a request. */
export interface ReceivedContent {
  /** Whether content is awaited. */
  readonly isReading: boolean;
  /** Reads before the handler does, up to the high-water mark of the request. */
  readAhead(): void;
}

export type Data = string | Uint8Array;
export type Written = (error?: Error | null) => void;

/** Headers of `_storeHeader`: from `setHeader`, or from any form of `writeHead`. */
export type GivenHeaders =
  | Readonly<Record<string, unknown>>
  | readonly (readonly [name: string, value: unknown])[]
  | readonly unknown[]
  | null
  | undefined;

/** The exchange of a response, which is notified when the handler has finished it. */
export interface ResponseExchange {
  readonly features: FeatureCollection;
  readonly socket: SocketFacade;
  readonly request: RequestInternals;
  readonly head: HttpResponseFeature;
  readonly body: HttpResponseBodyFeature;
  /** Whether the content is sent as a stream: in chunks over HTTP/1.1. */
  isStream: boolean;
  /**
   * Value of the field Keep-Alive; empty if `Connection: keep-alive` is sent without it. `undefined` if neither is sent
   * with a response whose connection persists.
   */
  readonly keepAlive: string | undefined;
  /** An informational response, as far as it has been written. */
  informational: string;
  /** Called when the response is complete. */
  completed(): void;
  /** Called when the response cannot be completed. */
  failed(error: unknown): void;
  /** Called when the client disconnects. */
  gone(): void;
}

export const exchangeKey: unique symbol = Symbol('windhover exchange');

const symbolOf = (holder: object, name: string): symbol | undefined =>
  Object.getOwnPropertySymbols(holder).find(({ description }) => description === name);

/** Key of the headers of `setHeader`: by name in lower case, each as `[name as spelled, value]`. */
export const outHeadersKey: symbol | undefined = symbolOf(new OutgoingMessage(), 'kOutHeaders');

// Kept, because a program may replace the class in the module by the server of this package.
const NodeHttpServer = Server;
let uniqueHeaders: symbol | undefined;

/** Key of a set of names in lower case: arrays of these fields become one line. */
export const uniqueHeadersKey = (): symbol | undefined =>
  (uniqueHeaders ??= symbolOf(new NodeHttpServer(), 'kUniqueHeaders'));

/** Key of the method that stops `request.signal` from watching the socket, in Node.js 26. */
export const detachAbortSignalKey: symbol | undefined = symbolOf(IncomingMessage.prototype, 'kDetachAbortSignal');

/** A class of requests, whose objects read nothing unless they have content. */
export type RequestClass = new (socket: SocketFacade) => RequestInternals;

/** A class of responses that write to an exchange. The options are those that Node gives to `http.ServerResponse`. */
export type ResponseClass = new (
  request: RequestInternals,
  options: object | undefined,
  exchange: ResponseExchange,
) => ResponseInternals;

/** How requests and responses are made. */
export interface MessageSettings {
  readonly Request: RequestClass;
  readonly Response: ResponseClass;
  readonly responseOptions: object | undefined;
  /** Whether repeated request fields are joined in `headers`. */
  readonly joinsHeaders: boolean;
}

/** Gives a derived class the name of its base, which frameworks and logs show. */
export const namedAs = <C extends abstract new (...given: never[]) => object>(
  Base: { readonly name: string },
  Derived: C,
): C => Object.defineProperty(Derived, 'name', { value: Base.name });
