import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { RequestMetricProducer, startTelemetry } from '@windhover/telemetry';
import { createBuilder } from 'windhover';

const requestMetrics = new RequestMetricProducer();
const exporter = new PrometheusExporter({ preventServerStart: true, metricProducers: [requestMetrics] });
const telemetry = startTelemetry({ requestMetrics, meterProvider: new MeterProvider({ readers: [exporter] }) });

const app = (await createBuilder(['--urls=http://127.0.0.1:0'])).build();
app.get('/users/:id', (_context, { id }) => `user ${id}`);
app.get('/metrics', async () => new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics));
await app.start();

await (await fetch(`${app.addresses[0]}/users/1`)).text();
const metrics = await (await fetch(`${app.addresses[0]}/metrics`)).text();
const count = /^http_server_request_duration_count\{.*http_route="\/users\/:id".*\} (\d+)/m.exec(metrics);
console.log('requests of /users/:id:', count?.[1]);
await app.stop(AbortSignal.abort());
telemetry[Symbol.dispose]();
// requests of /users/:id: 1
