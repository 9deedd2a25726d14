import type { Attributes } from '@opentelemetry/api';
import {
  type Histogram,
  type MetricData,
  MeterProvider,
  type MetricProducer,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** The metrics of a provider, as a reader collects them. */
export class CollectedMetrics {
  readonly #reader: Reader;
  readonly provider: MeterProvider;

  constructor(metricProducers: MetricProducer[] = []) {
    this.#reader = new Reader({ metricProducers });
    this.provider = new MeterProvider({ readers: [this.#reader] });
  }

  /** Every instrument that has data, by its name. */
  async collect(): Promise<Map<string, MetricData>> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    const metrics = resourceMetrics.scopeMetrics
      .filter(({ scope }) => scope.name === '@windhover/telemetry')
      .flatMap(({ metrics: all }) => all);
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
  }

  /**
   * The points of one instrument as `value {attributes}`, sorted; of a histogram the count.
   *
   * @param names attributes that are shown, in this order; those that a point does not have are left out
   */
  async points(instrument: string, ...names: string[]): Promise<string[]> {
    const metric = (await this.collect()).get(instrument);
    const points = (metric?.dataPoints ?? []) as {
      readonly value: number | Histogram;
      readonly attributes: Attributes;
    }[];
    return points
      .map(({ value, attributes }) => {
        const shown = names.filter((name) => name in attributes).map((name) => String(attributes[name]));
        return [typeof value === 'number' ? value : value.count, ...shown].join(' ');
      })
      .toSorted();
  }
}
