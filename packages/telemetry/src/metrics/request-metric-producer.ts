import type { Attributes, HrTime } from '@opentelemetry/api';
import type { RequestMessage } from '@windhover/diagnostics';
import { HistogramCounts, type HistogramPoint } from './histogram-counts.ts';
import { type InstrumentName, type InstrumentSpec, instruments } from './instruments.ts';
import { type RequestHistograms, hasRequestBody } from './request-histograms.ts';
import { scopeName } from '../scope-name.ts';
import { SeriesTable } from './series-table.ts';

/** The histograms that the producer records instead of the meter. */
const histogramNames = [
  'http.server.request.duration',
  'http.server.request.body.size',
  'http.server.response.body.size',
] as const satisfies readonly InstrumentName[];

type HistogramName = (typeof histogramNames)[number];

/** Requests with the same attributes. */
interface Series {
  readonly attributes: Attributes;
  readonly histograms: Readonly<Record<HistogramName, HistogramCounts>>;
}

/**
 * Records the histograms of requests itself, and passes them to metric readers of the OpenTelemetry SDK at each
 * collection.
 * That costs a tenth of recording each request with an instrument of the SDK. Pass one object to a reader as
 * `metricProducers: [producer]` and to `startTelemetry({ requestMetrics: producer })`. Views of the SDK do not apply,
 * and the numbers are cumulative.
 *
 * Source: OpenTelemetry metrics SDK specification, MetricProducer
 */
export class RequestMetricProducer implements RequestHistograms {
  readonly #startTime: HrTime = hrTime(Date.now());
  readonly #all: Series[] = [];
  readonly #table = new SeriesTable((attributes) => this.#create(attributes));

  #create(attributes: Attributes): Series {
    const histograms = {
      'http.server.request.duration': histogram('http.server.request.duration'),
      'http.server.request.body.size': histogram('http.server.request.body.size'),
      'http.server.response.body.size': histogram('http.server.response.body.size'),
    };
    const series = { attributes, histograms };
    this.#all.push(series);
    return series;
  }

  /** Called by `startTelemetry` for each complete request. */
  record(message: RequestMessage, added: Attributes | undefined, seconds: number): void {
    const { histograms } = this.#table.find(message, added);
    histograms['http.server.request.duration'].record(seconds);
    histograms['http.server.response.body.size'].record(message.responseBodySize);
    if (hasRequestBody(message)) histograms['http.server.request.body.size'].record(message.requestBodySize);
  }

  /** Called by a metric reader. */
  collect(): Promise<ProducedMetrics> {
    const endTime = hrTime(Date.now());
    const metrics = histogramNames
      .map((name) => this.#metric(name, endTime))
      .filter(({ dataPoints }) => dataPoints.length > 0);
    const scopeMetrics = [{ scope: { name: scopeName }, metrics }];
    return Promise.resolve({ resourceMetrics: { resource: noResource, scopeMetrics }, errors: [] });
  }

  #metric(name: HistogramName, endTime: HrTime): ProducedHistogram {
    const { description, unit } = instruments[name];
    const recorded = this.#all.filter(({ histograms }) => histograms[name].count > 0);
    return {
      descriptor: { name, description, unit, valueType: doubleValues },
      aggregationTemporality: cumulative,
      dataPointType: histogramPoints,
      dataPoints: recorded.map(({ attributes, histograms }) => ({
        startTime: this.#startTime,
        endTime,
        attributes,
        value: histograms[name].toPoint(),
      })),
    };
  }
}

const histogram = (name: HistogramName): HistogramCounts => {
  const { boundaries = sizeBoundaries }: InstrumentSpec = instruments[name];
  return new HistogramCounts(boundaries);
};

/** Bucket boundaries of the SDK for instruments without their own. */
const sizeBoundaries: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

// The shapes of `CollectionResult` of the SDK, which this package does not depend on

/** `ValueType.DOUBLE` */
const doubleValues = 1;
/** `AggregationTemporality.CUMULATIVE` */
const cumulative = 1;
/** `DataPointType.HISTOGRAM` */
const histogramPoints = 0;

/** One histogram, in the shape of the OpenTelemetry SDK. */
export interface ProducedHistogram {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: typeof doubleValues;
  };
  readonly aggregationTemporality: typeof cumulative;
  readonly dataPointType: typeof histogramPoints;
  readonly dataPoints: {
    readonly startTime: HrTime;
    readonly endTime: HrTime;
    readonly attributes: Attributes;
    readonly value: HistogramPoint;
  }[];
}

/** A resource without attributes: the reader has its own. */
interface NoResource {
  readonly attributes: Attributes;
  merge<Resource>(other: Resource | null): Resource;
  getRawAttributes(): [];
}

/** Metrics of a producer, in the shape of the OpenTelemetry SDK. */
export interface ProducedMetrics {
  resourceMetrics: {
    resource: NoResource;
    scopeMetrics: { scope: { readonly name: string }; metrics: ProducedHistogram[] }[];
  };
  errors: unknown[];
}

const noResource: NoResource = {
  attributes: {},
  merge: <Resource>(other: Resource | null) => other ?? (noResource as Resource),
  getRawAttributes: () => [],
};

const hrTime = (milliseconds: number): HrTime => [
  Math.trunc(milliseconds / 1000),
  Math.round((milliseconds % 1000) * 1e6),
];
