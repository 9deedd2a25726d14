export { HttpMetricsFeature } from './request-attributes.ts';
export { type InstrumentKind, type InstrumentName, type InstrumentSpec, instruments } from './metrics/instruments.ts';
export { type TelemetryOptions, startTelemetry, telemetryDefaults } from './start-telemetry.ts';
