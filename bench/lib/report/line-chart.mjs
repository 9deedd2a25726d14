import { escapeXml, round, svgDocument, svgText } from './svg.mjs';

/**
 * @typedef {{ x: number, median: number, min: number, max: number }} LinePoint
 * @typedef {{ label: string, role: 'floor' | 'own' | 'peer', points: LinePoint[] }} Line
 */

const width = 640;
const height = 380;
const frame = { left: 64, right: 150, top: 78, bottom: 48 };

/** A logarithmic scale. @param {number} from @param {number} to @param {number} start @param {number} end in pixels */
function logScale(from, to, start, end) {
  const span = Math.log(to / from) || 1;
  return (/** @type {number} */ value) => start + (Math.log(value / from) / span) * (end - start);
}

/** Round values between two values: 1, 2 and 5 times the powers of ten. @param {number} from @param {number} to */
export function ticks(from, to) {
  const found = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power += 1) {
    for (const step of [1, 2, 5]) {
      const value = step * 10 ** power;
      if (value >= from && value <= to) found.push(Number(value.toPrecision(1)));
    }
  }
  return found;
}

/** @param {number} value */
const plain = (value) => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** @param {Line} line @param {(value: number) => number} xOf @param {(value: number) => number} yOf */
function seriesLines({ label, role, points }, xOf, yOf, format = plain) {
  const at = points.map(({ x, median }) => `${round(xOf(x))} ${round(yOf(median))}`);
  return [
    `<path class="line ${role}" style="fill:none" d="M${at.join('L')}"/>`,
    ...points.flatMap(({ x, median, min, max }) => [
      ...(max > min ? [`<path class="spread" d="M${round(xOf(x))} ${round(yOf(min))}V${round(yOf(max))}"/>`] : []),
      `<circle class="${role}" cx="${round(xOf(x))}" cy="${round(yOf(median))}" r="4"><title>${escapeXml(`${label}, ${plain(x)}: ${format(median)}`)}</title></circle>`,
    ]),
  ];
}

/**
 * Labels at the ends of the lines, moved apart if they would overlap.
 *
 * @param {Line[]} lines
 * @param {(value: number) => number} yOf
 */
function endLabels(lines, yOf) {
  const wanted = lines
    .map(({ label, role, points }) => ({ label, role, y: yOf(points.at(-1)?.median ?? 1) }))
    .sort((a, b) => a.y - b.y);
  let lowest = -Infinity;
  return wanted.map(({ label, role, y }) => {
    lowest = Math.max(y, lowest + 16);
    return svgText(width - frame.right + 12, lowest + 4, label, { classes: role === 'own' ? 'own-text' : '' });
  });
}

/**
 * Lines on two logarithmic axes. Cost proportional to the work has the slope of the dashed line; a flatter line grows
 * less.
 * @param {{ title: string, subtitle: string, xLabel: string, yLabel: string, lines: Line[] }} chart lines with at least
 *   two points
 * @returns {string} an SVG document
 */
export function lineChart({ title, subtitle, xLabel, yLabel, lines }) {
  const points = lines.flatMap((line) => line.points);
  const [xFrom, xTo] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
  const low = Math.min(...points.map(({ min }) => min)) / 1.5;
  const high = Math.max(...points.map(({ max }) => max)) * 1.5;
  const xOf = logScale(xFrom, xTo, frame.left, width - frame.right);
  const yOf = logScale(low, high, height - frame.bottom, frame.top);
  const first = lines[0]?.points[0] ?? { x: xFrom, median: low };
  const reach = Math.min(xTo / first.x, high / first.median);
  const right = width - frame.right;
  return svgDocument({
    width,
    height,
    title,
    body: [
      svgText(16, 30, title, { classes: 'title' }),
      svgText(16, 50, subtitle, { classes: 'quiet' }),
      svgText(16, 68, yLabel, { classes: 'quiet' }),
      ...ticks(low, high).flatMap((value) => [
        `<path class="grid" d="M${frame.left} ${round(yOf(value))}H${right}"/>`,
        svgText(frame.left - 8, yOf(value) + 4, plain(value), { anchor: 'end', classes: 'quiet' }),
      ]),
      ...[...new Set(points.map(({ x }) => x))].map((x) =>
        svgText(xOf(x), height - frame.bottom + 18, plain(x), { anchor: 'middle', classes: 'quiet' }),
      ),
      svgText((frame.left + right) / 2, height - 12, xLabel, { anchor: 'middle', classes: 'quiet' }),
      `<path class="reference" d="M${round(xOf(first.x))} ${round(yOf(first.median))}L${round(xOf(first.x * reach))} ${round(yOf(first.median * reach))}"><title>linear</title></path>`,
      ...lines.flatMap((line) => seriesLines(line, xOf, yOf)),
      ...endLabels(lines, yOf),
    ],
  });
}
