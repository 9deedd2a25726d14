/** The kind of an instrument of the OpenTelemetry API. */
export type InstrumentKind =
  | 'Counter'
  | 'Histogram'
  | 'UpDownCounter'
  | 'ObservableCounter'
  | 'ObservableGauge'
  | 'ObservableUpDownCounter';

/** One instrument. */
export interface InstrumentSpec {
  readonly kind: InstrumentKind;
  /** In UCUM. */
  readonly unit: string;
  readonly description: string;
  /** Names of the attributes, those included that only some values have. */
  readonly attributes: readonly string[];
  /** Explicit bucket boundaries of a histogram, in its unit. */
  readonly boundaries?: readonly number[];
}

const requestAttributes = [
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'network.protocol.version',
  'url.scheme',
  'error.type',
] as const;

const endpointAttributes = ['server.address', 'server.port', 'network.type', 'network.transport'] as const;

const requestBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;
const connectionBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] as const;
const delay = (what: string): InstrumentSpec & { readonly kind: 'ObservableGauge' } => ({
  kind: 'ObservableGauge',
  unit: 's',
  description: `Event loop ${what} delay since the last collection.`,
  attributes: [],
});

/**
 * Every instrument, by its name.
 *
 * Source: OpenTelemetry semantic conventions, HTTP metrics, Node.js and V8 metrics; Kestrel meter
 * `Microsoft.AspNetCore.Server.Kestrel`, whose names begin with `windhover` here
 */
export const instruments = {
  'http.server.request.duration': {
    kind: 'Histogram',
    unit: 's',
    description: 'Duration of HTTP server requests.',
    attributes: requestAttributes,
    boundaries: requestBoundaries,
  },
  'http.server.active_requests': {
    kind: 'ObservableUpDownCounter',
    unit: '{request}',
    description: 'Number of active HTTP server requests.',
    attributes: ['http.request.method', 'url.scheme'],
  },
  'http.server.request.body.size': {
    kind: 'Histogram',
    unit: 'By',
    description: 'Size of HTTP server request bodies.',
    attributes: requestAttributes,
  },
  'http.server.response.body.size': {
    kind: 'Histogram',
    unit: 'By',
    description: 'Size of HTTP server response bodies.',
    attributes: requestAttributes,
  },
  'windhover.active_connections': {
    kind: 'UpDownCounter',
    unit: '{connection}',
    description: 'Number of connections that are currently active on the server.',
    attributes: endpointAttributes,
  },
  'windhover.connection.duration': {
    kind: 'Histogram',
    unit: 's',
    description: 'The duration of connections on the server.',
    attributes: [
      ...endpointAttributes,
      'network.protocol.name',
      'network.protocol.version',
      'tls.protocol.version',
      'error.type',
    ],
    boundaries: connectionBoundaries,
  },
  'windhover.rejected_connections': {
    kind: 'Counter',
    unit: '{connection}',
    description: 'Number of connections rejected by the server because of a limit.',
    attributes: endpointAttributes,
  },
  'windhover.queued_connections': {
    kind: 'ObservableUpDownCounter',
    unit: '{connection}',
    description: 'Number of accepted connections that wait to be served: always 0, because they are served at once.',
    attributes: [],
  },
  'windhover.upgraded_connections': {
    kind: 'UpDownCounter',
    unit: '{connection}',
    description: 'Number of connections that are currently upgraded, e.g. to WebSockets.',
    attributes: endpointAttributes,
  },
  'windhover.tls_handshake.duration': {
    kind: 'Histogram',
    unit: 's',
    description: 'The duration of TLS handshakes on the server.',
    attributes: [...endpointAttributes, 'tls.protocol.version', 'error.type'],
    boundaries: requestBoundaries,
  },
  'windhover.active_tls_handshakes': {
    kind: 'UpDownCounter',
    unit: '{handshake}',
    description: 'Number of TLS handshakes that are currently in progress on the server.',
    attributes: endpointAttributes,
  },
  'nodejs.eventloop.delay.min': delay('minimum'),
  'nodejs.eventloop.delay.max': delay('maximum'),
  'nodejs.eventloop.delay.mean': delay('mean'),
  'nodejs.eventloop.delay.stddev': delay('standard deviation of the'),
  'nodejs.eventloop.delay.p50': delay('50 percentile'),
  'nodejs.eventloop.delay.p90': delay('90 percentile'),
  'nodejs.eventloop.delay.p99': delay('99 percentile'),
  'nodejs.eventloop.utilization': {
    kind: 'ObservableGauge',
    unit: '1',
    description: 'Event loop utilization since the last collection.',
    attributes: [],
  },
  'nodejs.eventloop.time': {
    kind: 'ObservableCounter',
    unit: 's',
    description: 'Cumulative duration of time the event loop has been in each state.',
    attributes: ['nodejs.eventloop.state'],
  },
  'v8js.gc.duration': {
    kind: 'Histogram',
    unit: 's',
    description: 'Garbage collection duration by kind.',
    attributes: ['v8js.gc.type'],
    boundaries: [0.01, 0.1, 1, 10],
  },
} as const satisfies Record<string, InstrumentSpec>;

/** Name of an instrument. */
export type InstrumentName = keyof typeof instruments;
