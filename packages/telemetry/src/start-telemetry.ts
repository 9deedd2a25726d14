import { type MeterProvider, type TracerProvider, metrics, trace } from '@opentelemetry/api';
import { subscribe } from '@windhover/diagnostics';
import { resolveOptions } from '@windhover/http';
import { ConnectionMetrics } from './metrics/connection-metrics.ts';
import { InstrumentedHistograms } from './metrics/request-histograms.ts';
import type { RequestMetricProducer } from './metrics/request-metric-producer.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { RuntimeMetrics } from './metrics/runtime-metrics.ts';
import { scopeName } from './scope-name.ts';
import { RequestTraces } from './traces/request-traces.ts';

/** Options of `startTelemetry`. */
export interface TelemetryOptions {
  /** Metrics of requests, connections and TLS handshakes. Default true. */
  readonly metrics?: boolean;
  /** A span for each request. Default true. */
  readonly traces?: boolean;
  /** Metrics of the event loop and of garbage collection. Default true. */
  readonly runtime?: boolean;
  /**
   * Records the histograms of requests instead of the meter, for a fraction of the cost. A metric reader of the SDK
   * must list it in its `metricProducers`. Default: instruments of the meter.
   */
  readonly requestMetrics?: RequestMetricProducer;
  /**
   * Share of the requests without a parent that are traced, from 0 to 1. Requests with a parent follow the parent's
   * decision. The decision is made before a span is created, so untraced requests cost almost nothing. Keep the default
   * sampler of the SDK with this option.
   * Default: the sampler of the SDK decides.
   */
  readonly sampleRatio?: number;
  /** Default the global meter provider. */
  readonly meterProvider?: MeterProvider;
  /** Default the global tracer provider. */
  readonly tracerProvider?: TracerProvider;
}

/** The default of each option. */
export const telemetryDefaults = { metrics: true, traces: true, runtime: true } as const satisfies TelemetryOptions;

/**
 * Subscribes OpenTelemetry to the diagnostics channels. From then on every server of this process has metrics and
 * traces. Start the SDK first: meters that the API creates before that stay without effect.
 *
 * @throws RangeError for a `sampleRatio` that is not from 0 to 1
 * @returns ends the subscriptions when it is disposed
 */
export const startTelemetry = (options: TelemetryOptions = {}): Disposable => {
  const enabled = resolveOptions('startTelemetry', telemetryDefaults, options, {
    kinds: { requestMetrics: 'any', sampleRatio: 'any', meterProvider: 'any', tracerProvider: 'any' },
  });
  const resources: Disposable[] = [];
  // First, so that the metrics of a request may be recorded inside of its span.
  if (enabled.traces) {
    const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(scopeName);
    resources.push(subscribe(new RequestTraces(tracer, options.sampleRatio).subscribers));
  }
  const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(scopeName);
  if (enabled.metrics) {
    const histograms = options.requestMetrics ?? new InstrumentedHistograms(meter);
    for (const part of [new RequestMetrics(meter, histograms), new ConnectionMetrics(meter)]) {
      resources.push(subscribe(part.subscribers), part);
    }
  }
  if (enabled.runtime) resources.push(new RuntimeMetrics(meter));
  return {
    [Symbol.dispose]: () => {
      for (const resource of resources) resource[Symbol.dispose]();
    },
  };
};
