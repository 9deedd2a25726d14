import type { Counter, Histogram, Meter, MetricOptions, Observable, UpDownCounter } from '@opentelemetry/api';
import { type InstrumentName, type InstrumentSpec, instruments } from './instruments.ts';

/** The instrument types of the API, by kind. */
interface InstrumentOfKind {
  Counter: Counter;
  Histogram: Histogram;
  UpDownCounter: UpDownCounter;
  ObservableCounter: Observable;
  ObservableGauge: Observable;
  ObservableUpDownCounter: Observable;
}

/** Creates an instrument with the kind, unit, description and boundaries of the table. */
export const createInstrument = <Name extends InstrumentName>(
  meter: Meter,
  name: Name,
): InstrumentOfKind[(typeof instruments)[Name]['kind']] => {
  const { kind, unit, description, boundaries }: InstrumentSpec = instruments[name];
  const options: MetricOptions = {
    unit,
    description,
    ...(boundaries && { advice: { explicitBucketBoundaries: [...boundaries] } }),
  };
  const create = meter[`create${kind}`].bind(meter) as (name: string, options: MetricOptions) => unknown;
  return create(name, options) as InstrumentOfKind[(typeof instruments)[Name]['kind']];
};
