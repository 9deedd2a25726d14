// Like telemetry-metrics, with each request recorded by the instruments of the SDK.
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { startTelemetry } from '@windhover/telemetry';

/** Exports nothing: exporting is not measured. */
class IdleReader extends MetricReader {
  async onForceFlush() {}

  async onShutdown() {}
}

startTelemetry({ traces: false, meterProvider: new MeterProvider({ readers: [new IdleReader()] }) });
await import('./windhover-hosting.mjs');
