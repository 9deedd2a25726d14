// Like windhover-hosting, with OpenTelemetry traces; Windhover samples 1 %.
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { startTelemetry } from '@windhover/telemetry';

const exporter = new InMemorySpanExporter();
setInterval(() => exporter.reset(), 1000).unref();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
startTelemetry({ metrics: false, runtime: false, sampleRatio: 0.01, tracerProvider });
await import('./windhover-hosting.mjs');
