import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import type { RequestMessage, Subscribers } from '@windhover/diagnostics';
import { HttpRequestBodyFeature, HttpRequestFeature } from '@windhover/http';
import { HttpMetricsFeature, methodAttribute, requestAttributes } from '../request-attributes.ts';
import { createInstrument } from './create-instrument.ts';

/** Requests that run, with the same method and scheme. */
interface ActiveRequests {
  readonly attributes: Attributes;
  count: number;
}

/** Where a request was counted when it began: middleware may change its scheme until it ends. */
const countedIn = Symbol('active requests');

/**
 * Metrics of requests. The active ones are counted here and observed at a collection, because adding to an instrument twice
 * for each request costs more than everything else.
 */
export class RequestMetrics {
  readonly #duration: Histogram;
  readonly #requestSize: Histogram;
  readonly #responseSize: Histogram;
  readonly #active = new Map<string, Map<string, ActiveRequests>>();

  constructor(meter: Meter) {
    this.#duration = createInstrument(meter, 'http.server.request.duration');
    this.#requestSize = createInstrument(meter, 'http.server.request.body.size');
    this.#responseSize = createInstrument(meter, 'http.server.response.body.size');
    createInstrument(meter, 'http.server.active_requests').addCallback((result) => {
      for (const byMethod of this.#active.values()) {
        for (const { count, attributes } of byMethod.values()) result.observe(count, attributes);
      }
    });
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

  #activeOf(method: string, scheme: string): ActiveRequests {
    let byMethod = this.#active.get(scheme);
    if (byMethod === undefined) this.#active.set(scheme, (byMethod = new Map()));
    let active = byMethod.get(method);
    if (active === undefined) {
      active = { attributes: { 'http.request.method': method, 'url.scheme': scheme }, count: 0 };
      byMethod.set(method, active);
    }
    return active;
  }

  #ended(message: RequestMessage): void {
    const active = message[countedIn] as ActiveRequests | undefined;
    // It began before this subscription.
    if (active === undefined) return;
    active.count--;
    const { features } = message;
    const given = features.get(HttpMetricsFeature);
    if (given?.isDisabled === true) return;
    const attributes = requestAttributes(message, given?.attributes);
    this.#duration.record((performance.now() - message.startTime) / 1000, attributes);
    this.#responseSize.record(message.responseBodySize, attributes);
    const hasBody = message.requestBodySize > 0 || features.get(HttpRequestBodyFeature)?.canHaveBody === true;
    if (hasBody) this.#requestSize.record(message.requestBodySize, attributes);
  }
}
