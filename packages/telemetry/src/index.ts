export { HttpMetricsFeature } from './request-attributes.ts';
export { type InstrumentKind, type InstrumentName, type InstrumentSpec, instruments } from './metrics/instruments.ts';
export { type HistogramPoint } from './metrics/histogram-counts.ts';
export {
  type ProducedHistogram,
  type ProducedMetrics,
  RequestMetricProducer,
} from './metrics/request-metric-producer.ts';
export { type TelemetryOptions, startTelemetry, telemetryDefaults } from './start-telemetry.ts';
