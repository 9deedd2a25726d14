import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import type { RequestMessage } from '@windhover/diagnostics';
import { createInstrument } from './create-instrument.ts';
import { SeriesTable } from './series-table.ts';

/** Records the histograms of complete requests. */
export interface RequestHistograms {
  /**
   * @param added attributes that the application has added
   * @param seconds from the start of the request to its end
   */
  record(message: RequestMessage, added: Attributes | undefined, seconds: number): void;
}

/** Records with the instruments of a meter of any SDK. */
export class InstrumentedHistograms implements RequestHistograms {
  readonly #duration: Histogram;
  readonly #requestSize: Histogram;
  readonly #responseSize: Histogram;
  readonly #attributes = new SeriesTable((attributes) => attributes);

  constructor(meter: Meter) {
    this.#duration = createInstrument(meter, 'http.server.request.duration');
    this.#requestSize = createInstrument(meter, 'http.server.request.body.size');
    this.#responseSize = createInstrument(meter, 'http.server.response.body.size');
  }

  record(message: RequestMessage, added: Attributes | undefined, seconds: number): void {
    const attributes = this.#attributes.find(message, added);
    this.#duration.record(seconds, attributes);
    this.#responseSize.record(message.responseBodySize, attributes);
    if (hasRequestBody(message)) this.#requestSize.record(message.requestBodySize, attributes);
  }
}

/** Whether the request counts in the sizes of request bodies: it may have or has had content. */
export const hasRequestBody = (message: RequestMessage): boolean => message.canHaveBody || message.requestBodySize > 0;
