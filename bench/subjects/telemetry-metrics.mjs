// As windhover-hosting, with OpenTelemetry metrics: requests are counted by Windhover, and the SDK collects the counts.
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { RequestMetricProducer, startTelemetry } from '@windhover/telemetry';

/** Collects nothing: exporting is not what is measured. */
class IdleReader extends MetricReader {
  async onForceFlush() {}

  async onShutdown() {}
}

const requestMetrics = new RequestMetricProducer();
const reader = new IdleReader({ metricProducers: [requestMetrics] });
startTelemetry({ traces: false, requestMetrics, meterProvider: new MeterProvider({ readers: [reader] }) });
await import('./windhover-hosting.mjs');
