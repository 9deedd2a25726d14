import type { FeatureCollection } from '@windhover/features';
import { type ApplicationLifetime, ApplicationLifetimeFeature, type ReadinessFeature } from '@windhover/http';

/**
 * A signal that aborts when the host begins to stop, for responses without an end: server-sent events, long polls.
 * `context.signal` aborts only when the client disconnects or the shutdown timeout passes.
 *
 * @throws FeatureMissingError the request does not come from a host
 */
export const stoppingOf = ({ features }: { readonly features: FeatureCollection }): AbortSignal =>
  features.require(ApplicationLifetimeFeature).stopping;

/** Implements the lifetime of an application; the host notifies it. */
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

  /** Sets the function that `stopApplication` calls. */
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
