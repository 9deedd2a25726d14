import type { Connection } from '@windhover/connections';
import { type RequestMessage, type RequestScope, channels } from '@windhover/diagnostics';
import type { HttpExchange } from './http-exchange.ts';

const requestStart = channels['windhover:request:start'];
const requestEnd = channels['windhover:request:end'];

/** A request that is published on the diagnostics channels, from its start to its end. */
export class ObservedRequest implements RequestMessage {
  readonly connection: Connection;
  [data: symbol]: unknown;
  readonly features: HttpExchange;
  readonly startTime: number = performance.now();
  error: unknown;
  #scope: RequestScope | undefined;

  /** Publishes the start. @returns `undefined` without a subscriber */
  static begin(exchange: HttpExchange, connection: Connection): ObservedRequest | undefined {
    if (!requestStart.hasSubscribers && !requestEnd.hasSubscribers) return undefined;
    const request = new ObservedRequest(exchange, connection);
    requestStart.publish(request);
    return request;
  }

  private constructor(exchange: HttpExchange, connection: Connection) {
    this.features = exchange;
    this.connection = connection;
  }

  get statusCode(): number {
    return this.features.outcomeStatus;
  }

  get isAborted(): boolean {
    return this.features.isAborted;
  }

  get canHaveBody(): boolean {
    return this.features.canHaveBody;
  }

  get requestBodySize(): number {
    return this.features.requestBodySize;
  }

  get responseBodySize(): number {
    return this.features.responseBodySize;
  }

  enclose(scope: RequestScope): void {
    const outer = this.#scope;
    this.#scope = outer === undefined ? scope : (run) => outer(() => scope(run));
  }

  /** Runs a piece of the application inside the scopes of the subscribers. */
  run<T>(piece: () => T): T {
    return this.#scope === undefined ? piece() : this.#scope(piece);
  }

  /** Publishes the end. */
  end(failure: unknown): void {
    this.error = failure;
    requestEnd.publish(this);
  }
}
