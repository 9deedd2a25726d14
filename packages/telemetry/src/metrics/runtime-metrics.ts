import { PerformanceObserver, constants, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { BatchObservableCallback, Meter } from '@opentelemetry/api';
import { createInstrument } from './create-instrument.ts';

/** Milliseconds between two samples of the event loop delay. */
const resolution = 10;

/** Nanoseconds in a second. */
const nanoseconds = 1e9;

/** Names of the conventions for the kinds of `perf_hooks`. */
const gcTypes: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/**
 * Metrics of the event loop and of garbage collection, until it is disposed. The delay is the time between two samples
 * of `perf_hooks.monitorEventLoopDelay`, so an idle process shows the sampling interval of 10 ms.
 *
 * Source: OpenTelemetry semantic conventions, Node.js and V8 metrics
 */
export class RuntimeMetrics implements Disposable {
  readonly #end: () => void;

  constructor(meter: Meter) {
    const endDelay = observeDelay(meter);
    const endUtilization = observeUtilization(meter);
    const endGc = observeGc(meter);
    this.#end = () => {
      endDelay();
      endUtilization();
      endGc();
    };
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

const observeDelay = (meter: Meter): (() => void) => {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  const values = {
    min: () => histogram.min,
    max: () => histogram.max,
    mean: () => histogram.mean,
    stddev: () => histogram.stddev,
    p50: () => histogram.percentile(50),
    p90: () => histogram.percentile(90),
    p99: () => histogram.percentile(99),
  };
  const gauges = Object.entries(values).map(
    ([name, value]) =>
      [createInstrument(meter, `nodejs.eventloop.delay.${name as keyof typeof values}`), value] as const,
  );
  const observe: BatchObservableCallback = (result) => {
    if (histogram.count === 0) return;
    for (const [gauge, value] of gauges) result.observe(gauge, value() / nanoseconds);
    histogram.reset();
  };
  const observables = gauges.map(([gauge]) => gauge);
  meter.addBatchObservableCallback(observe, observables);
  return () => {
    histogram.disable();
    meter.removeBatchObservableCallback(observe, observables);
  };
};

const observeUtilization = (meter: Meter): (() => void) => {
  const utilization = createInstrument(meter, 'nodejs.eventloop.utilization');
  const time = createInstrument(meter, 'nodejs.eventloop.time');
  let last = performance.eventLoopUtilization();
  const observe: BatchObservableCallback = (result) => {
    const now = performance.eventLoopUtilization();
    result.observe(utilization, performance.eventLoopUtilization(now, last).utilization);
    result.observe(time, now.active / 1000, { 'nodejs.eventloop.state': 'active' });
    result.observe(time, now.idle / 1000, { 'nodejs.eventloop.state': 'idle' });
    last = now;
  };
  meter.addBatchObservableCallback(observe, [utilization, time]);
  return () => meter.removeBatchObservableCallback(observe, [utilization, time]);
};

const observeGc = (meter: Meter): (() => void) => {
  const duration = createInstrument(meter, 'v8js.gc.duration');
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
      duration.record(entry.duration / 1000, { 'v8js.gc.type': gcTypes[kind] ?? 'minor' });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
};
