// Like node-http, with OpenTelemetry's automatic instrumentation: metrics, and traces with 1 % sampling.
import { createRequire } from 'node:module';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

class IdleReader extends MetricReader {
  async onForceFlush() {}

  async onShutdown() {}
}

const exporter = new InMemorySpanExporter();
setInterval(() => exporter.reset(), 1000).unref();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const instrumentation = new HttpInstrumentation();
instrumentation.setMeterProvider(new MeterProvider({ readers: [new IdleReader()] }));
instrumentation.setTracerProvider(
  new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.01) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  }),
);
instrumentation.enable();
// The instrumentation patches `require`, not `import`.
const { createServer } = createRequire(import.meta.url)('node:http');
const body = 'Hello, World!';
const server = createServer({ keepAliveTimeout: 300_000 }, (_request, response) => {
  response.removeHeader('connection');
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length, server: 'windhover' });
  response.end(body);
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
