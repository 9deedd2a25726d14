import type { Connection } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';

/** Message of the channels about one connection. */
export interface ConnectionMessage {
  /** Layers of one connection share its `id`. */
  readonly connection: Connection;
}

/** An error with a code of Windhover, e.g. `TLS_HANDSHAKE_TIMEOUT`. Branch on the code, not on the message. */
export interface CodedError extends Error {
  readonly code: string;
}

/** A connection, a TLS handshake or a request was refused. */
export interface RefusedMessage extends ConnectionMessage {
  readonly error: CodedError;
}

/** A connection was turned away because of a limit. */
export interface ConnectionRejectedMessage extends ConnectionMessage {
  /** The limit: `serverLimit`, `endpointLimit` or `remoteAddressLimit`. */
  readonly reason: string;
  /** Name of the endpoint, e.g. `http://localhost:5000`. */
  readonly endpointName: string;
}

/** The server ends a connection for a reason other than the client's request. */
export interface ConnectionEndingMessage extends ConnectionMessage {
  /** In the vocabulary of `error.type`, e.g. `keep_alive_timeout`. */
  readonly reason: string;
}

/** A connection is closed. */
export interface ConnectionClosedMessage extends ConnectionMessage {
  /** `undefined` if both sides closed it; otherwise e.g. a `ConnectionError` with the code `CONNECTION_RESET`. */
  readonly error: Error | undefined;
}

/** A WebSocket is closed. */
export interface WebSocketCloseMessage extends ConnectionMessage {
  /** Close code of the peer; 1005 for none, 1006 for a lost connection. RFC 6455 section 7.4 */
  readonly code: number;
  /** Reason chosen by the peer: escape it before logging. */
  readonly reason: string;
}

/** Runs the application on a request, e.g. inside an `AsyncLocalStorage`. It must call `run` once and return its value. */
export type RequestScope = <T>(run: () => T) => T;

/**
 * Message of `windhover:request:start` and `windhover:request:end`. Each request has one object, so a subscriber may
 * store its own data on it, under its own symbol.
 */
export interface RequestMessage extends ConnectionMessage {
  [data: symbol]: unknown;
  /** When the request began, in milliseconds of `performance.now()`. */
  readonly startTime: number;
  /** Features of the request: `HttpRequestFeature`, `HttpResponseFeature` and the others. */
  readonly features: FeatureCollection;
  /** Status of the response; at the start always 200. */
  readonly statusCode: number;
  /** The error of the application; `undefined` without one. */
  readonly error: unknown;
  /** Whether the request was aborted before the response was complete: the client disconnected, or the server cut it off. */
  readonly isAborted: boolean;
  /** Whether the client may send content: it has announced content, or its stream is open. */
  readonly canHaveBody: boolean;
  /** Bytes of content that the application has read. */
  readonly requestBodySize: number;
  /** Bytes of content that were written, without framing. */
  readonly responseBodySize: number;
  /** Only at the start: runs the application inside this scope. The scope of a later call is nested in earlier ones. */
  enclose(scope: RequestScope): void;
}

/** A server begins to stop, or has stopped. */
export interface ServerMessage {
  /** Features of the server. */
  readonly features: FeatureCollection;
  /** Open connections. */
  readonly connectionCount: number;
}

/** A host has read its configuration again. */
export interface ReloadMessage {
  /** Features of the host. */
  readonly features: FeatureCollection;
  /** Whether everything could be reloaded. */
  readonly succeeded: boolean;
}

/** Every channel by its name, with the type of its message. */
export interface DiagnosticsMessages {
  /** A connection was accepted and is within the limits. Always followed by `windhover:connection:closed`. */
  'windhover:connection:accepted': ConnectionMessage;
  /** A connection was rejected because of a limit. */
  'windhover:connection:rejected': ConnectionRejectedMessage;
  /** A connection was upgraded, e.g. to a WebSocket. Over HTTP/2 it is one stream. */
  'windhover:connection:upgraded': ConnectionMessage;
  /** The server ends a connection because of a timeout, a data rate, or a deadline. */
  'windhover:connection:ending': ConnectionEndingMessage;
  /** A connection is closed. */
  'windhover:connection:closed': ConnectionClosedMessage;
  /** A TLS handshake begins. Always followed by its end or its refusal. */
  'windhover:tls:start': ConnectionMessage;
  /**
   * The handshake is complete. `connection` is the encrypted connection; a connection without `TlsHandshakeFeature` is plain
   * HTTP that `plainHttp: 'serve'` allows.
   */
  'windhover:tls:end': ConnectionMessage;
  /** The handshake has failed. */
  'windhover:tls:refused': RefusedMessage;
  /** The PROXY protocol header was refused, or its sender is not trusted. */
  'windhover:proxy-protocol:refused': RefusedMessage;
  /** The application is about to be called. Always followed by `windhover:request:end`. */
  'windhover:request:start': RequestMessage;
  /** The response was handed to the connection, or the request was aborted, and the application has finished. */
  'windhover:request:end': RequestMessage;
  /** A request was refused: malformed, over a limit, or too slow. */
  'windhover:request:refused': RefusedMessage;
  /** A WebSocket is closed. */
  'windhover:web-socket:closed': WebSocketCloseMessage;
  /** A server begins to stop: it accepts no new connections, and open ones may finish. */
  'windhover:server:draining': ServerMessage;
  /** A server has stopped. */
  'windhover:server:stopped': ServerMessage;
  /** A host has read its configuration again. */
  'windhover:host:reloaded': ReloadMessage;
}

/** Name of a channel. */
export type ChannelName = keyof DiagnosticsMessages;
