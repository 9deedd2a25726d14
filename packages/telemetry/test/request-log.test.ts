import { PassThrough } from 'node:stream';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { requestLogging } from '@windhover/middleware-request-logging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testHosts } from '../../../tools/test-support/hosts/every-host.ts';
import { until } from '../../../tools/test-support/until.ts';
import { startTelemetry } from '../src/index.ts';

const [host] = testHosts;
const sent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${sent.traceId}-${sent.spanId}-01`;

let telemetry: Disposable | undefined;

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterEach(() => {
  telemetry?.[Symbol.dispose]();
  telemetry = undefined;
  context.disable();
  propagation.disable();
});

/** The log entry of one request, and the trace id that its handler has seen. */
const entryOf = async (
  headers: Record<string, string>,
): Promise<{ entry: Record<string, unknown>; active: string | undefined }> => {
  const output = new PassThrough({ encoding: 'utf8' });
  let active: string | undefined;
  const { client } = await host!.serve([requestLogging({ output })], () => {
    active = trace.getActiveSpan()?.spanContext().traceId;
    return { body: 'served' };
  });
  await client.get('/', headers);
  let line: string | null = null;
  await until(() => (line = output.read() as string | null) !== null);
  return { entry: JSON.parse(line!) as Record<string, unknown>, active };
};

describe.each<[sampling: string, sampler: Sampler | undefined, sampleRatio: number | undefined]>([
  ['by default', undefined, undefined],
  ['with a sampler that drops all', new AlwaysOffSampler(), undefined],
  ['with a sampleRatio of 0', undefined, 0],
  ['with a sampleRatio of 1', undefined, 1],
])('the entry of a request log, %s', (_sampling, sampler, sampleRatio) => {
  let exporter: InMemorySpanExporter;

  beforeEach(() => {
    exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor({ exporter })];
    const tracerProvider = new TracerProvider({ spanProcessors, ...(sampler && { sampler }) });
    const options = { metrics: false, runtime: false, tracerProvider };
    telemetry = startTelemetry({ ...options, ...(sampleRatio !== undefined && { sampleRatio }) });
  });

  /** Trace ids of the spans that were exported. */
  const exported = (): string[] => exporter.getFinishedSpans().map((span) => span.spanContext().traceId);

  it('has the trace id of the span and of traceparent, and the id of the parent', async () => {
    const { entry, active } = await entryOf({ traceparent });
    expect(active).toBe(sent.traceId);
    expect(entry).toMatchObject({ traceId: sent.traceId, parentSpanId: sent.spanId });
    expect(new Set([active, ...exported()]).size).toBe(1);
  });

  it('without traceparent has the trace id of the span, and no parent', async () => {
    const { entry, active } = await entryOf({});
    expect(active).toMatch(/^(?!0{32})[\da-f]{32}$/);
    expect(entry['traceId']).toBe(active);
    expect(entry).not.toHaveProperty('parentSpanId');
    expect(new Set([active, ...exported()]).size).toBe(1);
  });

  it('with a propagator that does not read traceparent has the trace id of the span, and no parent', async () => {
    propagation.disable();
    const { entry, active } = await entryOf({ traceparent });
    expect(active).not.toBe(sent.traceId);
    expect(entry['traceId']).toBe(active);
    expect(entry).not.toHaveProperty('parentSpanId');
  });
});

it('without an SDK the entry has no trace id but the one of traceparent', async () => {
  telemetry = startTelemetry({ metrics: false, runtime: false });
  expect((await entryOf({})).entry).not.toHaveProperty('traceId');
  expect((await entryOf({ traceparent })).entry).toMatchObject({ traceId: sent.traceId, parentSpanId: sent.spanId });
});
