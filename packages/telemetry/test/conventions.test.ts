import { describe, expect, it } from 'vitest';
import { type InstrumentName, type InstrumentSpec, instruments } from '../src/index.ts';

/**
 * Copied from the specifications, not from the code: semantic conventions 1.38 (HTTP metrics, Node.js runtime, V8) and the
 * page of Kestrel's metrics, whose `kestrel.` is `windhover.` here.
 */
const conventions: [name: InstrumentName, type: string, unit: string, boundaries?: readonly number[]][] = [
  [
    'http.server.request.duration',
    'Histogram',
    's',
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ],
  ['http.server.active_requests', 'UpDownCounter', '{request}'],
  ['http.server.request.body.size', 'Histogram', 'By'],
  ['http.server.response.body.size', 'Histogram', 'By'],
  ['windhover.active_connections', 'UpDownCounter', '{connection}'],
  ['windhover.connection.duration', 'Histogram', 's', [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]],
  ['windhover.rejected_connections', 'Counter', '{connection}'],
  ['windhover.queued_connections', 'UpDownCounter', '{connection}'],
  ['windhover.upgraded_connections', 'UpDownCounter', '{connection}'],
  [
    'windhover.tls_handshake.duration',
    'Histogram',
    's',
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ],
  ['windhover.active_tls_handshakes', 'UpDownCounter', '{handshake}'],
  ['nodejs.eventloop.delay.min', 'Gauge', 's'],
  ['nodejs.eventloop.delay.max', 'Gauge', 's'],
  ['nodejs.eventloop.delay.mean', 'Gauge', 's'],
  ['nodejs.eventloop.delay.stddev', 'Gauge', 's'],
  ['nodejs.eventloop.delay.p50', 'Gauge', 's'],
  ['nodejs.eventloop.delay.p90', 'Gauge', 's'],
  ['nodejs.eventloop.delay.p99', 'Gauge', 's'],
  ['nodejs.eventloop.utilization', 'Gauge', '1'],
  ['nodejs.eventloop.time', 'Counter', 's'],
  ['v8js.gc.duration', 'Histogram', 's', [0.01, 0.1, 1, 10]],
];

describe('the table of instruments', () => {
  it('has the instruments of the conventions, and no other', () => {
    expect(Object.keys(instruments)).toEqual(conventions.map(([name]) => name));
  });

  it.each(conventions)('%s is a %s in %s', (name, type, unit, boundaries) => {
    const spec: InstrumentSpec = instruments[name];
    expect({ type: spec.kind.replace('Observable', ''), unit: spec.unit }).toEqual({ type, unit });
    expect(spec.boundaries).toEqual(boundaries);
  });
});
