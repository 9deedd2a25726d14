import type { Endpoint } from '@windhover/connections';
import { type HttpContext, HttpEventsFeature } from '@windhover/http';

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
   * Work that goes on after the response, e.g. writing to a log. A rejection is reported as an application error and ends
   * nothing.
   */
  waitUntil(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.http.features.get(HttpEventsFeature)?.applicationError(error, this.http.features);
    });
  }

  /** Part of the execution context of workers; empty here. */
  get props(): Record<string, never> {
    return {};
  }

  /** Part of the execution context of workers. There is no origin behind this server, so it does nothing. */
  passThroughOnException(): void {}
}
