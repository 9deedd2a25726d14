import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  TraceFlags,
  type Tracer,
  context,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { RequestMessage, Subscribers } from '@windhover/diagnostics';
import {
  HttpConnectionFeature,
  type HttpFields,
  HttpRequestFeature,
  HttpTraceFeature,
  pathStart,
} from '@windhover/http';
import { methodAttribute, requestErrorType, routeOf, serverError, versionAttribute } from '../request-attributes.ts';
import { UnsampledContext } from './unsampled-context.ts';

/** The span of a request, from its start to its end, and the Host field at its start. */
interface StartedSpan {
  readonly span: Span;
  readonly host: string | undefined;
}

const startedSpan = Symbol('span');

/**
 * A span for each request. Its parent comes from the fields of the request, the application runs inside it, and it ends
 * when the response has been passed to the connection.
 *
 * Source: OpenTelemetry semantic conventions, HTTP server spans; ASP.NET Core activity `HttpRequestIn`
 */
export class RequestTraces {
  readonly #tracer: Tracer;
  readonly #sampleRatio: number | undefined;
  /** Fields that the propagator reads; empty until one is registered. */
  #parentFields: readonly string[] = [];

  /**
   * @param sampleRatio share of the requests without a parent that have a recording span; if missing, the sampler of
   * the tracer decides
   */
  constructor(tracer: Tracer, sampleRatio?: number) {
    if (sampleRatio !== undefined && !(sampleRatio >= 0 && sampleRatio <= 1)) {
      throw new RangeError(`sampleRatio must be a number from 0 to 1; received ${String(sampleRatio)}`);
    }
    this.#tracer = tracer;
    this.#sampleRatio = sampleRatio;
  }

  get subscribers(): Subscribers {
    return {
      'windhover:request:start': (message) => this.#started(message),
      'windhover:request:end': (message) => this.#ended(message),
    };
  }

  #started(message: RequestMessage): void {
    const request = message.features.require(HttpRequestFeature);
    const parent = this.#parentOf(request.headers);
    const inner = this.#isSampled(parent)
      ? this.#sampledContext(message, request, parent)
      : unsampledContext(message, parent);
    message.enclose((run) => context.with(inner, run));
  }

  /**
   * The context sent by the client. The propagator is called only if the request has one of its fields, which is rare.
   */
  #parentOf(headers: HttpFields): Context {
    if (this.#parentFields.length === 0) this.#parentFields = propagation.fields();
    for (const name of this.#parentFields) {
      if (headers.get(name) !== undefined) return propagation.extract(ROOT_CONTEXT, headers, fieldGetter);
    }
    return ROOT_CONTEXT;
  }

  #isSampled(parent: Context): boolean {
    if (this.#sampleRatio === undefined) return true;
    const client = parent === ROOT_CONTEXT ? undefined : trace.getSpanContext(parent);
    if (client === undefined) return Math.random() < this.#sampleRatio;
    return (client.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  #sampledContext(message: RequestMessage, request: HttpRequestFeature, parent: Context): Context {
    const span = this.#startSpan(message, request, parent);
    const spanContext = span.spanContext();
    // Without an SDK there is a span, but no trace.
    if (isSpanContextValid(spanContext)) message.features.set(HttpTraceFeature, spanContext);
    return trace.setSpan(parent, span);
  }

  #startSpan(message: RequestMessage, request: HttpRequestFeature, parent: Context): Span {
    const method = methodAttribute(request.method);
    const attributes = samplingAttributes(request, method);
    const span = this.#tracer.startSpan(spanName(method), { kind: SpanKind.SERVER, attributes }, parent);
    if (span.isRecording()) span.setAttributes(peerAttributes(message, request));
    message[startedSpan] = { span, host: request.headers.get('host') } satisfies StartedSpan;
    return span;
  }

  #ended(message: RequestMessage): void {
    const started = message[startedSpan] as StartedSpan | undefined;
    if (started === undefined) return;
    const { span } = started;
    if (span.isRecording()) describeEnd(started, message);
    span.end();
  }
}

const unsampledContext = (message: RequestMessage, parent: Context): Context => {
  const inner = new UnsampledContext(parent);
  message.features.set(HttpTraceFeature, inner);
  return inner;
};

/** `HTTP` for an unknown method: span names must have few different values. */
const spanName = (method: string): string => (method === '_OTHER' ? 'HTTP' : method);

const fieldGetter: TextMapGetter<HttpFields> = {
  keys: (fields) => [...fields].map(([name]) => name),
  get: (fields, name) => fields.get(name),
};

/** Attributes available to a sampler. */
const samplingAttributes = (request: HttpRequestFeature, method: string): Attributes => {
  const attributes: Attributes = {
    'http.request.method': method,
    'url.path': urlPath(request.rawTarget),
    'url.scheme': request.scheme,
  };
  if (method !== request.method) attributes['http.request.method_original'] = request.method;
  if (request.queryString !== '') attributes['url.query'] = redacted(request.queryString);
  const host = request.headers.get('host');
  if (host !== undefined) addServer(attributes, host);
  const userAgent = request.headers.get('user-agent');
  if (userAgent !== undefined) attributes['user_agent.original'] = userAgent;
  return attributes;
};

/** The path as the client has sent it, still encoded; empty for `*` and the target of CONNECT. */
const urlPath = (target: string): string => {
  const start = pathStart(target);
  if (start === -1) return '';
  const [path = ''] = target.slice(start).split('?', 1);
  return path === '' ? '/' : path;
};

/** Host without and with its port. An IPv6 address loses its brackets. */
const addServer = (attributes: Attributes, host: string): void => {
  const [, name, port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  if (name === undefined) return;
  attributes['server.address'] = name.replace(/^\[(.*)\]$/, '$1');
  if (port !== undefined) attributes['server.port'] = Number(port);
};

/** Replaces the values of a query, which may be secrets; names remain. */
const redacted = (queryString: string): string => queryString.slice(1).replaceAll(/=[^&]+/g, '=Redacted');

const peerAttributes = ({ features }: RequestMessage, { protocol }: HttpRequestFeature): Attributes => {
  const attributes: Attributes = { 'network.protocol.version': versionAttribute(protocol) };
  const remote = features.get(HttpConnectionFeature)?.remoteEndpoint;
  if (remote?.kind !== 'ip') return attributes;
  attributes['network.peer.address'] = remote.address;
  attributes['network.peer.port'] = remote.port;
  return attributes;
};

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The client, and the address that it used. `forwardedHeaders` restores them after the start of the span; the peer of
 * the connection is then the proxy.
 */
const clientAttributes = ({ features }: RequestMessage, startHost: string | undefined): Attributes => {
  const { scheme, headers } = features.require(HttpRequestFeature);
  const attributes: Attributes = { 'url.scheme': scheme };
  const client = features.get(HttpConnectionFeature)?.remoteEndpoint;
  if (client?.kind === 'ip') attributes['client.address'] = client.address;
  const host = headers.get('host');
  if (host === undefined || host === startHost) return attributes;
  // Replaces the port of the earlier host.
  const port = defaultPorts[scheme];
  if (port !== undefined) attributes['server.port'] = port;
  addServer(attributes, host);
  return attributes;
};

const describeEnd = ({ span, host }: StartedSpan, message: RequestMessage): void => {
  const { statusCode } = message;
  span.setAttributes(clientAttributes(message, host));
  const route = routeOf(message);
  if (route !== undefined) {
    const { method } = message.features.require(HttpRequestFeature);
    span.updateName(`${spanName(methodAttribute(method))} ${route}`);
    span.setAttribute('http.route', route);
  }
  span.setAttribute('http.response.status_code', statusCode);
  const errorType = requestErrorType(message);
  if (errorType === undefined) return;
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
  const thrown = serverError(message);
  if (thrown !== undefined) span.recordException(thrown);
};
