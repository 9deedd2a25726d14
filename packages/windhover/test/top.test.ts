import type { LiveView } from '@windhover/middleware-dashboard';
import { describe, expect, it } from 'vitest';
import { parseTopCommandLine, topHelpText } from '../src/top/top-command.ts';
import { renderTop } from '../src/top/top-screen.ts';

const rates = { perSecond: 12_345, failedPerSecond: 0.5, p50: 0.4, p90: 12.34, p99: 4321 };
const named = (name: string): LiveView['routes'][number] => ({ name, ...rates });

const viewWith = (change: Partial<LiveView> = {}): LiveView => ({
  time: Date.now(),
  interval: 1000,
  processes: [{ pid: 1, perSecond: 1, connections: 2, memory: 3 << 20, cpu: 0.5, delay: 1 }],
  connections: {
    current: 12,
    upgraded: 3,
    acceptedPerSecond: 4,
    rejectedPerSecond: 5,
    refusedHandshakesPerSecond: 0,
  },
  requests: {
    ...rates,
    total: 1_234_567,
    active: 7,
    abortedPerSecond: 1,
    refusedPerSecond: 2,
    bytesInPerSecond: 1024,
    bytesOutPerSecond: 5 << 20,
    statuses: { '1xx': 0, '2xx': 12_000, '3xx': 0, '4xx': 300, '5xx': 45 },
  },
  delay: { p50: 0.1, p99: 2.25, max: 0 },
  memory: 123 << 20,
  cpu: 1.5,
  routes: Array.from({ length: 12 }, (_, at) => named(`GET /route-${at}`)),
  endpoints: Array.from({ length: 5 }, (_, at) => named(`http://localhost:${5000 + at}`)),
  ...change,
});

const twoProcesses = [1, 2].map((pid) => ({ ...viewWith().processes[0]!, pid }));

describe('the screen of windhover top', () => {
  it('shows every number of a view', () => {
    const text = renderTop(viewWith(), '4711', { columns: 80, rows: 24 }).join('\n');
    for (const part of [
      'windhover top 4711',
      '1 process',
      '12.3k/s',
      '7 active',
      '1.2M in all',
      'p50 0.40 ms',
      'p90 12.3 ms',
      'p99 4.3 s',
      '2xx 12.0k/s',
      '5xx 45/s',
      '0.5/s failed',
      '12 open',
      '3 upgraded',
      '1.0 KiB/s in',
      '5.0 MiB/s out',
      'max -',
      '123.0 MiB memory',
      '1.50 cores',
      'GET /route-0',
      'http://localhost:5000',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each([
    [80, 24, 1],
    [80, 24, 2],
    [40, 10, 2],
    [1, 1, 1],
    [200, 60, 2],
  ])('%d x %d, %d processes: fits', (columns, rows, count) => {
    const view = viewWith(count === 2 ? { processes: twoProcesses } : {});
    const lines = renderTop(view, 'http://localhost:5000/dashboard', { columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('80 x 24, several processes: each is listed, and routes and endpoints are, too', () => {
    const text = renderTop(viewWith({ processes: twoProcesses }), '4711', { columns: 80, rows: 24 }).join('\n');
    expect(text).toMatch(/2 processes[^]*GET \/route-0[^]*http:\/\/localhost:5000[^]*PROCESS[^]*\n1 .*\n2 /);
  });

  it('control characters in a name do not reach the terminal', () => {
    const text = renderTop(viewWith({ routes: [named('GET /\u001B]0;x\u0007\u009B2J')] }), '\u001B[2J', {
      columns: 80,
      rows: 24,
    }).join('');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
  });
});

describe('the arguments of windhover top', () => {
  const nothing = { token: undefined, json: false, help: false };

  it.each([
    [['4711'], { target: '4711' }],
    [['http://localhost:5000', '--json'], { target: 'http://localhost:5000', json: true }],
    [['--token', 'secret', '4711'], { target: '4711', token: 'secret' }],
    [['--token=se=cret', '4711'], { target: '4711', token: 'se=cret' }],
    [['--help'], { target: '', help: true }],
  ])('%j', (args, expected) => {
    expect(parseTopCommandLine(args)).toEqual({ ...nothing, ...expected });
  });

  it.each([[[]], [['1', '2']], [['--token']], [['--tokens=1', '1']], [['-x', '1']]])('%j: exit code 2', (args) => {
    expect(() => parseTopCommandLine(args)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('the help fits a terminal', () => {
    expect(Math.max(...topHelpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });
});
