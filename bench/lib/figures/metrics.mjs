/** @type {(digits: number, scale?: number) => (value: number) => string} */
const fixed =
  (digits, scale = 1) =>
  (value) =>
    (value / scale).toFixed(digits);

/** All metrics: heading, format, and whether the table also shows ratios. */
export const metrics = {
  requestsPerSecond: { heading: 'requests/s', format: fixed(0), ratio: true },
  cpuMicrosPerRequest: { heading: 'CPU us/request', format: fixed(2), ratio: true },
  busy: { heading: 'busy', format: (/** @type {number} */ value) => `${(value * 100).toFixed(0)}%`, ratio: false },
  p50Ms: { heading: 'p50 ms', format: fixed(3), ratio: false },
  p99Ms: { heading: 'p99 ms', format: fixed(3), ratio: false },
  p999Ms: { heading: 'p99.9 ms', format: fixed(3), ratio: true },
  lateShare: {
    heading: 'sent late',
    format: (/** @type {number} */ value) => `${(value * 100).toFixed(2)}%`,
    ratio: false,
  },
  memoryGrowthBytes: { heading: 'grown MiB', format: fixed(1, 1024 * 1024), ratio: false },
  peakRssBytes: { heading: 'peak MiB', format: fixed(0, 1024 * 1024), ratio: false },
  bytesPerConnection: { heading: 'KiB/connection', format: fixed(2, 1024), ratio: true },
  bytesPerFurtherConnection: { heading: 'KiB/further connection', format: fixed(2, 1024), ratio: false },
  startMs: { heading: 'ms', format: fixed(1), ratio: true },
};

/** @typedef {keyof typeof metrics} MetricName */

export const metricNames = /** @type {MetricName[]} */ (Object.keys(metrics));

/**
 * Whether other subjects are compared with this one: floors, Node.js' own servers, and the usual choice where Node.js
 * has none.
 * @param {string} subject
 */
export const isBaseline = (subject) =>
  subject.includes('floor') || /(^|-)(node-(http|https|http2)|sirv|windhover-http1)$/.test(subject);
