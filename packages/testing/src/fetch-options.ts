import type { ConnectOptions } from './test-network.ts';

/** A request of a test: the options of the platform's `fetch` that a server can notice, and how the client connects. */
export interface FetchOptions extends ConnectOptions {
  /** Default `GET`; `POST` with `json`. Sent as spelled. */
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  /** A stream is sent piece by piece, at the speed of the server; all other bodies with their length. */
  readonly body?: ConstructorParameters<typeof Response>[0] | null;
  /** A value that is sent as JSON, with its Content-Type. */
  readonly json?: unknown;
  /** Resets the connection or the HTTP/2 stream when it aborts, as a client that goes away does. */
  readonly signal?: AbortSignal | null;
  /** Called for each response before the final one, e.g. 103 Early Hints. */
  readonly onInformational?: (status: number, headers: Headers) => void;
  /** Called with the trailer section of the response, before its body ends; not called where there is none. */
  readonly onTrailers?: (trailers: Headers) => void;
  /** Accepted for code written for the platform's `fetch`; requests may always be half duplex. */
  readonly duplex?: 'half';
}
