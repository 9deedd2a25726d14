import type { ReadinessFeature } from './readiness-feature.ts';

/**
 * Where a host is in its life, for whoever has to start or end something with it.
 *
 * Source: ASP.NET Core `IHostApplicationLifetime`
 */
export interface ApplicationLifetime {
  /** Aborts when every address is bound. */
  readonly started: AbortSignal;
  /** Aborts when the host begins to stop: requests are still running. */
  readonly stopping: AbortSignal;
  /** Aborts when the host has stopped: no request runs any more. */
  readonly stopped: AbortSignal;
  /** Asks the host to stop, and does not wait for it. */
  stopApplication(): void;
}

/** The three moments, with the host's side of them. */
export class HostLifetime implements ApplicationLifetime, ReadinessFeature {
  readonly #started = new AbortController();
  readonly #stopping = new AbortController();
  readonly #stopped = new AbortController();
  #requestStop: (() => void) | undefined;

  get started(): AbortSignal {
    return this.#started.signal;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  get isReady(): boolean {
    return this.started.aborted && !this.stopping.aborted;
  }

  stopApplication(): void {
    this.#requestStop?.();
  }

  /** Called at `stopApplication`. */
  onStopRequested(requestStop: () => void): void {
    this.#requestStop = requestStop;
  }

  notifyStarted(): void {
    this.#started.abort();
  }

  notifyStopping(): void {
    this.#stopping.abort();
  }

  notifyStopped(): void {
    this.#stopped.abort();
  }
}
