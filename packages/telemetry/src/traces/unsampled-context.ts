import {
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import type { HttpTraceFeature } from '@windhover/http';

/** Context of a span that is not sampled. Its ids are created on first use, which is rare. */
class UnsampledSpanContext implements SpanContext {
  readonly traceFlags = TraceFlags.NONE;
  readonly traceState?: TraceState;
  #traceId: string | undefined;
  #spanId: string | undefined;

  constructor(parent: SpanContext | undefined) {
    this.#traceId = parent?.traceId;
    if (parent?.traceState !== undefined) this.traceState = parent.traceState;
  }

  get traceId(): string {
    return (this.#traceId ??= randomId(32));
  }

  get spanId(): string {
    return (this.#spanId ??= randomId(16));
  }
}

/** The key of the span in a context, obtained from the API. */
const spanKey: symbol = (() => {
  let key!: symbol;
  const probe: Context = {
    getValue: () => undefined,
    setValue: (given) => {
      key = given;
      return probe;
    },
    deleteValue: () => probe,
  };
  trace.setSpan(probe, trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  return key;
})();

/**
 * The context of a request that is not sampled: its span records nothing, and neither do spans and requests of the
 * application inside it. It copies nothing, unlike a context of the API, and creates its span on first use.
 */
export class UnsampledContext implements Context, HttpTraceFeature {
  readonly #parent: Context;
  #span: Span | undefined;

  /** @param parent context with the client's span, whose trace the request belongs to; without a span the trace is new */
  constructor(parent: Context) {
    this.#parent = parent;
  }

  get traceId(): string {
    return this.#ownSpan().spanContext().traceId;
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.#ownSpan() : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  #copy(): Context {
    return trace.setSpan(this.#parent, this.#ownSpan());
  }

  #ownSpan(): Span {
    return (this.#span ??= trace.wrapSpanContext(new UnsampledSpanContext(trace.getSpanContext(this.#parent))));
  }
}

/** Random hexadecimal digits, not all zero. @param length a multiple of 8 */
const randomId = (length: number): string => {
  let id = '';
  while (id.length < length) {
    const part = Math.floor(Math.random() * 0xffff_ffff) + 1;
    id += part.toString(16).padStart(8, '0');
  }
  return id;
};
