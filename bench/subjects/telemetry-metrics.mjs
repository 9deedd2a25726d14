// Like windhover-hosting, with OpenTelemetry metrics: Windhover counts requests, and the SDK collects the counts.
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { RequestMetricProducer, startTelemetry } from '@windhover/telemetry';

/** Exports nothing: exporting is not measured. */
class IdleReader extends MetricReader {
  async onForceFlush() {}

  async onShutdown() {}
}

const requestMetrics = new RequestMetricProducer();
const reader = new IdleReader({ metricProducers: [requestMetrics] });
startTelemetry({ traces: false, requestMetrics, meterProvider: new MeterProvider({ readers: [reader] }) });
await import('./windhover-hosting.mjs');
