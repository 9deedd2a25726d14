import { toDuplex } from '@windhover/connections';
import type { TestFetchOptions } from './test-fetch-options.ts';
import { Http1Client } from './http1-client.ts';
import { Http2Client } from './http2-client.ts';
import type { RequestMessage } from './request-message.ts';
import type { SlowConnection } from './slow-connection.ts';
import type { TestConnectOptions } from './test-network.ts';

/** A client on one connection. */
export interface HttpClient {
  /** Whether another request may be sent now. */
  readonly isFree: boolean;
  /** Sends a request. Rejects with TestServerError, or with the error of the application that handled the request. */
  fetch(message: RequestMessage, options: TestFetchOptions): Promise<Response>;
  /**
   * Reports an error of the application while it handled a request.
   *
   * @param number of the request on its connection, or of its stream
   * @returns whether a fetch was waiting for the response and is rejected with the error
   */
  applicationFailed(error: unknown, number: number): boolean;
  /** Ends the connection. */
  close(): void;
}

/** A connection and, after the first request, the client that uses it. */
export class TestLink {
  readonly connection: SlowConnection;
  readonly options: TestConnectOptions;
  isClosed = false;
  #client: HttpClient | undefined;

  constructor(connection: SlowConnection, options: TestConnectOptions) {
    this.connection = connection;
    this.options = options;
    connection.onClosed({ closed: () => void (this.isClosed = true) });
  }

  /** Whether a request may be sent now. */
  get isFree(): boolean {
    return !this.isClosed && (this.#client?.isFree ?? true);
  }

  /** @param idle called when an HTTP/1.1 connection is free again */
  fetch(message: RequestMessage, options: TestFetchOptions, idle: () => void): Promise<Response> {
    this.#client ??= this.#createClient(message, idle);
    return this.#client.fetch(message, options);
  }

  applicationFailed(error: unknown, number: number): boolean {
    return this.#client?.applicationFailed(error, number) ?? false;
  }

  close(): void {
    if (this.#client === undefined) this.connection.end();
    else this.#client.close();
  }

  #createClient({ scheme, authority }: RequestMessage, idle: () => void): HttpClient {
    if (this.options.protocol === 'h2') return new Http2Client(toDuplex(this.connection), `${scheme}://${authority}`);
    return new Http1Client(this.connection, idle);
  }
}
