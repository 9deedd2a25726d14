import { escapeXml, round, svgDocument, svgText } from './svg.mjs';

/**
 * @typedef {{ label: string, role: 'floor' | 'own' | 'peer', median: number, min: number, max: number }} Bar
 * @typedef {{ title: string, unit: string, bars: Bar[], format: (value: number) => string }} Panel
 */

const columnWidth = 450;
const margin = 16;
const labelWidth = 168;
const valueWidth = 66;
const barHeight = 14;
const rowHeight = 21;
const panelHead = 38;
const panelGap = 18;
const head = 54;

/** A bar, its spread as a line with ends, and its value. @param {Bar} bar @param {number} y @param {number} scale @param {Panel} panel */
function barLines({ label, role, median, min, max }, y, scale, { format }) {
  const left = labelWidth + 8;
  const middle = round(y + barHeight / 2);
  const [from, to, end] = [min, max, median].map((value) => round(left + value * scale));
  const own = role === 'own' ? 'own-text' : '';
  return [
    svgText(labelWidth, y + barHeight - 3, label, { anchor: 'end', classes: own }),
    `<rect class="${role}" stroke="none" x="${left}" y="${round(y)}" width="${round(Math.max(1, median * scale))}" height="${barHeight}"><title>${escapeXml(`${label}: ${format(median)} (${format(min)} to ${format(max)})`)}</title></rect>`,
    ...(max > min
      ? [`<path class="spread" d="M${from} ${middle}H${to}M${from} ${middle - 3}v6M${to} ${middle - 3}v6"/>`]
      : []),
    svgText(Math.max(to, end) + 6, y + barHeight - 3, format(median), { classes: own }),
  ];
}

/** @param {Panel} panel */
const panelHeight = ({ bars }) => panelHead + bars.length * rowHeight + panelGap;

/** @param {Panel} panel */
function panelLines(panel) {
  const widest = Math.max(...panel.bars.map(({ median, max }) => Math.max(median, max)));
  const scale = (columnWidth - labelWidth - valueWidth - margin - 8) / widest;
  return [
    svgText(0, 13, panel.title, { classes: 'panel' }),
    svgText(0, 28, panel.unit, { classes: 'quiet' }),
    ...panel.bars.flatMap((bar, index) => barLines(bar, panelHead + index * rowHeight, scale, panel)),
  ];
}

/** Puts each panel into the shorter of the two columns. @param {Panel[]} panels */
function inColumns(panels) {
  const heights = panels.length === 1 ? [0] : [0, 0];
  const placed = panels.map((panel) => {
    const column = heights.indexOf(Math.min(...heights));
    const top = heights[column] ?? 0;
    heights[column] = top + panelHeight(panel);
    return { panel, column, top };
  });
  return { placed, columns: heights.length, height: Math.max(...heights) };
}

/**
 * Bars with their spread, in panels. Each panel has its own scale, which begins at 0.
 * @param {{ title: string, subtitle: string, panels: Panel[] }} chart panels with at least one bar
 * @returns {string} an SVG document
 */
export function barChart({ title, subtitle, panels }) {
  const { placed, columns, height } = inColumns(panels);
  const body = placed.map(
    ({ panel, column, top }) =>
      `<g transform="translate(${margin + column * columnWidth} ${head + margin + top})">\n${panelLines(panel).join('\n')}\n</g>`,
  );
  return svgDocument({
    width: margin + columns * columnWidth,
    height: head + margin + height,
    title,
    body: [
      svgText(margin, 30, title, { classes: 'title' }),
      svgText(margin, 50, subtitle, { classes: 'quiet' }),
      ...body,
    ],
  });
}
