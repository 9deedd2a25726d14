import type { Attributes, Meter, Observable, ObservableCallback } from '@opentelemetry/api';
import type { RequestMessage, Subscribers } from '@windhover/diagnostics';
import { HttpRequestFeature } from '@windhover/http';
import { HttpMetricsFeature, methodAttribute } from '../request-attributes.ts';
import { secondsSince } from '../seconds-since.ts';
import { createInstrument } from './create-instrument.ts';
import type { RequestHistograms } from './request-histograms.ts';

/** Running requests with the same method and scheme. */
interface ActiveRequests {
  readonly method: string;
  readonly scheme: string;
  readonly attributes: Attributes;
  count: number;
}

/** Key of the counter that a request was added to: middleware may change its scheme before it ends. */
const countedIn = Symbol('active requests');

/**
 * Metrics of requests. Active requests are counted here and observed at each collection. Adding to an instrument twice
 * for each request would cost more than all other work.
 */
export class RequestMetrics implements Disposable {
  readonly #histograms: RequestHistograms;
  readonly #active: ActiveRequests[] = [];
  readonly #observable: Observable;
  #isOver = false;
  readonly #observe: ObservableCallback = (result) => {
    for (const { count, attributes } of this.#active) result.observe(this.#isOver ? 0 : count, attributes);
    // Not in the call: the SDK iterates over its callbacks.
    if (this.#isOver) queueMicrotask(() => this.#observable.removeCallback(this.#observe));
  };

  constructor(meter: Meter, histograms: RequestHistograms) {
    this.#histograms = histograms;
    this.#observable = createInstrument(meter, 'http.server.active_requests');
    this.#observable.addCallback(this.#observe);
  }

  /**
   * Ends the observation at the next collection, which gets 0: the end of running requests would not be noticed, and the
   * SDK repeats the last value of an observable.
   */
  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  get subscribers(): Subscribers {
    return {
      'windhover:request:start': (message) => this.#started(message),
      'windhover:request:end': (message) => this.#ended(message),
    };
  }

  #started(message: RequestMessage): void {
    const { method, scheme } = message.features.require(HttpRequestFeature);
    const active = this.#activeOf(methodAttribute(method), scheme);
    active.count++;
    message[countedIn] = active;
  }

  /** The number of entries is small: methods are known ones, and schemes come from the server and trusted proxies. */
  #activeOf(method: string, scheme: string): ActiveRequests {
    for (const active of this.#active) if (active.method === method && active.scheme === scheme) return active;
    const attributes = { 'http.request.method': method, 'url.scheme': scheme };
    const active = { method, scheme, attributes, count: 0 };
    this.#active.push(active);
    return active;
  }

  #ended(message: RequestMessage): void {
    const active = message[countedIn] as ActiveRequests | undefined;
    // The request began before the subscription.
    if (active === undefined) return;
    active.count--;
    const given = message.features.get(HttpMetricsFeature);
    if (given?.isDisabled === true) return;
    this.#histograms.record(message, given?.attributes, secondsSince(message.startTime));
  }
}
