import type { Endpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import { waitUntil } from './wait-until.ts';

/**
 * Additional data for a fetch handler: the second argument, and the third, where worker handlers expect their execution
 * context.
 */
export class FetchContext {
  /** The same request as an `HttpContext`, with all features of the server. */
  readonly http: HttpContext;

  constructor(http: HttpContext) {
    this.http = http;
  }

  /** The client's address; behind a trusted proxy, its client's if forwarding middleware runs. */
  get remoteEndpoint(): Endpoint | undefined {
    return this.http.connection.remoteEndpoint;
  }

  /** The local address of the connection. */
  get localEndpoint(): Endpoint | undefined {
    return this.http.connection.localEndpoint;
  }

  /**
   * Registers work that continues after the response, e.g. writing to a log. A stopping host waits for it until the
   * shutdown timeout. A rejection is reported once, as an error of the application.
   */
  waitUntil(work: PromiseLike<unknown>): void {
    waitUntil(this.http, work);
  }

  /** Part of the execution context of workers; empty here. */
  get props(): Record<string, never> {
    return {};
  }

  /** Part of the execution context of workers. Does nothing, because there is no origin behind this server. */
  passThroughOnException(): void {}
}
