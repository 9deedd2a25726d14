import type { Endpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import { waitUntil } from './wait-until.ts';

/**
 * What a fetch handler may need beside the Request: the second argument, and the third, where handlers for workers expect
 * their execution context.
 */
export class FetchContext {
  /** The same request as an `HttpContext`, with all features of the server. */
  readonly http: HttpContext;

  constructor(http: HttpContext) {
    this.http = http;
  }

  /** The client's address; behind a trusted proxy that of its client, if forwarding middleware runs. */
  get remoteEndpoint(): Endpoint | undefined {
    return this.http.connection.remoteEndpoint;
  }

  /** The address that the client reached. */
  get localEndpoint(): Endpoint | undefined {
    return this.http.connection.localEndpoint;
  }

  /**
   * Work that goes on after the response, e.g. writing to a log. A host that stops waits for it, until the shutdown timeout.
   * A rejection is reported once, as an error of the application, and ends nothing.
   */
  waitUntil(work: PromiseLike<unknown>): void {
    waitUntil(this.http, work);
  }

  /** Part of the execution context of workers; empty here. */
  get props(): Record<string, never> {
    return {};
  }

  /** Part of the execution context of workers. There is no origin behind this server, so it does nothing. */
  passThroughOnException(): void {}
}
