import type { Attributes } from '@opentelemetry/api';
import type { RequestMessage } from '@windhover/diagnostics';
import { HttpRequestFeature, receivedText } from '@windhover/http';
import { methodAttribute, requestAttributes, requestErrorType, routeOf } from '../request-attributes.ts';

/**
 * Maximum number of series of one table, same as the cardinality limit of the OpenTelemetry SDK. Requests beyond it
 * share one series.
 */
const mostSeries = 2000;

/** Attributes of the series that requests beyond the limit share. Source: OpenTelemetry metrics SDK, cardinality limits */
const overflowAttributes: Attributes = { 'otel.metric.overflow': true };

/** The parts of a request that its attributes are made of, and the value for all requests with these parts. */
interface Series<T> {
  readonly method: string;
  readonly statusCode: number;
  readonly protocol: string;
  readonly scheme: string;
  readonly errorType: string | undefined;
  /** Text of the attributes that the application has added. */
  readonly added: string | undefined;
  readonly value: T;
}

/**
 * One value for all requests with the same attributes. A lookup allocates nothing: the attributes are created once, for
 * the first request.
 */
export class SeriesTable<T> {
  readonly #create: (attributes: Attributes) => T;
  readonly #byRoute = new Map<string, Series<T>[]>();
  readonly #withoutRoute: Series<T>[] = [];
  #size = 0;
  #overflow: T | undefined;

  constructor(create: (attributes: Attributes) => T) {
    this.#create = create;
  }

  /** @param added attributes of the application */
  find(message: RequestMessage, added: Attributes | undefined): T {
    const { method: receivedMethod, protocol, scheme } = message.features.require(HttpRequestFeature);
    const method = methodAttribute(receivedMethod);
    const { statusCode } = message;
    const errorType = requestErrorType(message);
    const addedText = added === undefined ? undefined : textOf(added);
    const all = this.#seriesOf(routeOf(message));
    for (let at = 0; at < all.length; at++) {
      const series = all[at]!;
      if (
        series.statusCode === statusCode &&
        series.method === method &&
        series.scheme === scheme &&
        series.protocol === protocol &&
        series.errorType === errorType &&
        series.added === addedText
      ) {
        return series.value;
      }
    }
    if (this.#size >= mostSeries) return (this.#overflow ??= this.#create(overflowAttributes));
    this.#size++;
    const value = this.#create(requestAttributes(message, added));
    all.push({ method, statusCode, protocol, scheme, errorType, added: addedText, value });
    return value;
  }

  #seriesOf(route: string | undefined): Series<T>[] {
    if (route === undefined) return this.#withoutRoute;
    let all = this.#byRoute.get(route);
    if (all === undefined) {
      all = [];
      // Beyond the limit, an empty list would stay in the map forever.
      if (this.#size < mostSeries) this.#byRoute.set(route, all);
    }
    return all;
  }
}

/** Text that is equal for equal attributes in any order. */
const textOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}\0${receivedText(value)}\0`)
    .toSorted()
    .join('');
