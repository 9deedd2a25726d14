import type { TestConnectOptions } from './test-network.ts';

/** A request of a test: the options of the platform's `fetch` that affect the server, and how the client connects. */
export interface TestFetchOptions extends TestConnectOptions {
  /** Default `GET`; `POST` with `json`. Sent as spelled. */
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  /** A stream is sent piece by piece, as fast as the server reads; every other body is sent with its length. */
  readonly body?: ConstructorParameters<typeof Response>[0] | null;
  /** The trailer section, sent after the body. Over HTTP/1.1 the body is sent in chunks then. */
  readonly trailers?: ConstructorParameters<typeof Headers>[0];
  /** A value that is sent as JSON, with its Content-Type. */
  readonly json?: unknown;
  /** Resets the connection or the HTTP/2 stream when it aborts, like a client that disconnects. */
  readonly signal?: AbortSignal | null;
  /** Called for each response before the final one, e.g. 103 Early Hints. */
  readonly onInformational?: (status: number, headers: Headers) => void;
  /** Called with the trailer section of the response before its body ends; not called for a response without trailers. */
  readonly onTrailers?: (trailers: Headers) => void;
  /** Ignored: every request may be half duplex. Accepted for code written for the platform's `fetch`. */
  readonly duplex?: 'half';
}
