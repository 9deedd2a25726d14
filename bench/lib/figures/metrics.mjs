/** @type {(digits: number, scale?: number) => (value: number) => string} */
const fixed =
  (digits, scale = 1) =>
  (value) =>
    (value / scale).toFixed(digits);

/** Every metric: its heading, how its value is written, and whether it has a place in the table as a ratio too. */
export const metrics = {
  requestsPerSecond: { heading: 'requests/s', format: fixed(0), ratio: true },
  cpuMicrosPerRequest: { heading: 'CPU us/request', format: fixed(2), ratio: true },
  busy: { heading: 'busy', format: (/** @type {number} */ value) => `${(value * 100).toFixed(0)}%`, ratio: false },
  peakRssBytes: { heading: 'peak MiB', format: fixed(0, 1024 * 1024), ratio: false },
  bytesPerConnection: { heading: 'KiB/connection', format: fixed(2, 1024), ratio: true },
  bytesPerFurtherConnection: { heading: 'KiB/further connection', format: fixed(2, 1024), ratio: false },
  startMs: { heading: 'ms', format: fixed(1), ratio: true },
};

/** @typedef {keyof typeof metrics} MetricName */

export const metricNames = /** @type {MetricName[]} */ (Object.keys(metrics));

/** What ratios are taken to. */
export const baselines = [
  'net-floor',
  'net-floor-reused',
  'node-http',
  'ws-node-http',
  'tls-floor',
  'tls-node-https',
  'static-sirv',
  'static-fastify',
  'h2-node-http2',
  'h2-kestrel-tuned',
  'h2tls-windhover-http1',
];
