import type { LiveView } from '@windhover/middleware-dashboard';

/** Size of a terminal in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Renders the lines of `windhover top`. They fit the height and the width of the screen.
 *
 * @param target the process id or the address, as typed
 */
export const renderTop = (view: LiveView, target: string, size: ScreenSize): string[] => {
  const summary = summaryLines(view, target, size.columns);
  const others = [...endpointLines(view), ...processLines(view)];
  const routes = routeLines(view, size.rows - summary.length - others.length);
  return [...summary, ...routes, ...others].slice(0, size.rows).map((line) => cut(line, size.columns));
};

const summaryLines = (view: LiveView, target: string, columns: number): string[] => {
  const { requests, connections, delay, processes } = view;
  const time = new Date(view.time).toTimeString().slice(0, 8);
  const right = `${counted(processes.length, 'process', 'processes')}  ${time}`;
  const left = cut(`windhover top ${safe(target)}`, Math.max(0, columns - right.length - 1));
  const statuses = Object.entries(requests.statuses).map(([name, value]) => `${name} ${rate(value)}`);
  return [
    `${left.padEnd(columns - right.length)}${right}`,
    '',
    row('requests', rate(requests.perSecond), `${number(requests.active)} active`, `${number(requests.total)} in all`),
    row(
      'latency',
      `p50 ${milliseconds(requests.p50)}`,
      `p90 ${milliseconds(requests.p90)}`,
      `p99 ${milliseconds(requests.p99)}`,
    ),
    row('status', statuses.join('   ')),
    row(
      'errors',
      `${rate(requests.failedPerSecond)} failed`,
      `${rate(requests.abortedPerSecond)} aborted`,
      `${rate(requests.refusedPerSecond)} refused`,
    ),
    row(
      'connections',
      `${number(connections.current)} open`,
      `${rate(connections.acceptedPerSecond)} new`,
      `${number(connections.upgraded)} upgraded`,
      `${rate(connections.rejectedPerSecond)} rejected`,
    ),
    row('content', `${bytes(requests.bytesInPerSecond)}/s in`, `${bytes(requests.bytesOutPerSecond)}/s out`),
    row(
      'event loop',
      `p50 ${milliseconds(delay.p50)}`,
      `p99 ${milliseconds(delay.p99)}`,
      `max ${milliseconds(delay.max)}`,
    ),
    row('process', `${bytes(view.memory)} memory`, `${view.cpu.toFixed(2)} cores`),
    '',
  ];
};

const row = (name: string, ...values: string[]): string =>
  `${name.padEnd(13)}${values.map((value) => value.padEnd(15)).join(' ')}`.trimEnd();

const columnWidths = [42, 10, 8, 9, 9] as const;

const tableRow = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => {
      const width = columnWidths[at]!;
      return at === 0 ? cut(safe(cell), width - 1).padEnd(width) : cell.padStart(width);
    })
    .join('');

type Rate = LiveView['routes'][number];

const rateRow = ({ name, perSecond, failedPerSecond, p50, p99 }: Rate): string =>
  tableRow([name, number(perSecond), number(failedPerSecond), milliseconds(p50), milliseconds(p99)]);

/** The busiest routes. @param height of the table, including its head and the empty line after it */
const routeLines = ({ routes }: LiveView, height: number): string[] => {
  const shown = routes.slice(0, Math.max(0, height - 2));
  return [tableRow(['ROUTE', 'REQ/S', 'FAILED', 'P50', 'P99']), ...shown.map(rateRow), ''];
};

const endpointLines = ({ endpoints }: LiveView): string[] => [
  tableRow(['ENDPOINT', 'REQ/S', 'FAILED', 'P50', 'P99']),
  ...endpoints.slice(0, 3).map(rateRow),
];

/** Empty for a single process, because the summary shows it. */
const processLines = ({ processes }: LiveView): string[] => {
  if (processes.length < 2) return [];
  const shown = processes
    .slice(0, 4)
    .map(({ pid, perSecond, connections, cpu, memory }) =>
      tableRow([String(pid), number(perSecond), number(connections), cpu.toFixed(2), bytes(memory)]),
    );
  return ['', tableRow(['PROCESS', 'REQ/S', 'CONNS', 'CORES', 'MEMORY']), ...shown];
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const number = (value: number): string => {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
};

const rate = (value: number): string => `${number(value)}/s`;

/** A duration in milliseconds; `-` without requests. */
const milliseconds = (value: number): string => {
  if (value === 0) return '-';
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ms`;
};

const bytes = (value: number): string => {
  if (value >= 1 << 30) return `${(value / (1 << 30)).toFixed(2)} GiB`;
  if (value >= 1 << 20) return `${(value / (1 << 20)).toFixed(1)} MiB`;
  return `${(value / 1024).toFixed(1)} KiB`;
};

/** Replaces control characters: names come from the server, and the terminal would interpret them. */
const safe = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
