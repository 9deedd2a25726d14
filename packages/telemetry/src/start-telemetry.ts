import { type MeterProvider, type TracerProvider, metrics, trace } from '@opentelemetry/api';
import { subscribe } from '@windhover/diagnostics';
import { ConnectionMetrics } from './metrics/connection-metrics.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { RuntimeMetrics } from './metrics/runtime-metrics.ts';
import { RequestTraces } from './traces/request-traces.ts';

/** Options of `startTelemetry`. */
export interface TelemetryOptions {
  /** Metrics of requests, connections and TLS handshakes. Default true. */
  readonly metrics?: boolean;
  /** A span for each request. Default true. */
  readonly traces?: boolean;
  /** Metrics of the event loop and of garbage collection. Default true. */
  readonly runtime?: boolean;
  /** Default the global one. */
  readonly meterProvider?: MeterProvider;
  /** Default the global one. */
  readonly tracerProvider?: TracerProvider;
}

/** The default of each option. */
export const telemetryDefaults = { metrics: true, traces: true, runtime: true } as const satisfies TelemetryOptions;

const scope = '@windhover/telemetry';

/**
 * Subscribes OpenTelemetry to the diagnostics channels: from now on every server of this process has metrics and traces.
 * Start the SDK first: meters of the API do nothing until there is one, also later.
 *
 * @returns ends the subscriptions when it is disposed of
 */
export const startTelemetry = (options: TelemetryOptions = {}): Disposable => {
  const enabled = { ...telemetryDefaults, ...options };
  const resources: Disposable[] = [];
  // First, so that the metrics of a request may be recorded inside of its span.
  if (enabled.traces) {
    const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(scope);
    resources.push(subscribe(new RequestTraces(tracer).subscribers));
  }
  const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(scope);
  if (enabled.metrics) {
    resources.push(subscribe(new RequestMetrics(meter).subscribers));
    resources.push(subscribe(new ConnectionMetrics(meter).subscribers));
  }
  if (enabled.runtime) resources.push(new RuntimeMetrics(meter));
  return {
    [Symbol.dispose]: () => {
      for (const resource of resources) resource[Symbol.dispose]();
    },
  };
};
