import type { ConnectionHeartbeatFeature, HeartbeatListener } from '@windhover/connections';
import type { MinDataRate } from '@windhover/http';
import { ConnectionTimeout, RequestRate, ResponseRate, type Timeout } from '@windhover/http/exchange';

/** The connection that the timers belong to. */
export interface TimedConnection {
  /** Called about once a second. */
  beat(): void;
  /** Called when the timeout has expired. */
  timedOut(timeout: Timeout): void;
  /** Whether the application waits for content, and its minimum rate; `undefined` if no content is being read. */
  readonly contentWait: { readonly isPending: boolean; readonly rate: MinDataRate | null } | undefined;
  /** Called when the client sends content too slowly. */
  sendsTooSlowly(): void;
  /** Called when the client reads the response too slowly. */
  takesTooSlowly(): void;
}

/** The timeout of a connection and the data rates of its current request and response, checked on the heartbeat. */
export class ConnectionTimers implements HeartbeatListener {
  readonly #heartbeat: ConnectionHeartbeatFeature | undefined;
  readonly #connection: TimedConnection;
  readonly timeout: ConnectionTimeout;
  #requestRate: RequestRate | undefined;
  #responseRate: ResponseRate | undefined;

  /** @param heartbeat if `undefined`, no timeout expires and no rate is checked */
  constructor(heartbeat: ConnectionHeartbeatFeature | undefined, connection: TimedConnection) {
    this.#heartbeat = heartbeat;
    this.#connection = connection;
    this.timeout = new ConnectionTimeout(heartbeat);
  }

  /** Whether there is a heartbeat. */
  get isRunning(): boolean {
    return this.#heartbeat !== undefined;
  }

  start(): void {
    this.#heartbeat?.onHeartbeat(this);
  }

  /** Stops all timers, because another receiver has the connection. */
  stop(): void {
    this.timeout.stop();
    this.#requestRate = undefined;
    this.#responseRate = undefined;
    this.#heartbeat?.offHeartbeat?.(this);
  }

  // The content of a request

  contentWanted(): void {
    if (this.#heartbeat !== undefined) this.#requestRate ??= new RequestRate(this.#heartbeat.now);
  }

  contentReceived(size: number): void {
    this.#requestRate?.received(size);
  }

  contentComplete(): void {
    this.#requestRate = undefined;
  }

  // Responses

  /** Called when written bytes are waiting for the client to read. */
  written(size: number, rate: MinDataRate | null): void {
    if (rate === null || this.#heartbeat === undefined) return;
    this.#responseRate ??= new ResponseRate();
    this.#responseRate.written(size, this.#heartbeat.now, rate);
  }

  /** Called when the client has read everything. */
  taken(): void {
    this.#responseRate = undefined;
  }

  heartbeat(now: number): void {
    const connection = this.#connection;
    connection.beat();
    const expired = this.timeout.takeExpired(now);
    if (expired !== 0) connection.timedOut(expired);
    else this.#checkRequestRate(now);
    if (this.#responseRate?.tick(now)) connection.takesTooSlowly();
  }

  #checkRequestRate(now: number): void {
    const wait = this.#requestRate === undefined ? undefined : this.#connection.contentWait;
    if (wait !== undefined && this.#requestRate!.tick(now, wait.isPending, wait.rate))
      this.#connection.sendsTooSlowly();
  }
}
