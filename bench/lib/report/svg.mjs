// Shared by all charts: escaping, colors for light and dark themes, and text sizes.

/** @param {string} text */
export const escapeXml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Colors follow the reader's theme: an image in a page follows the theme of the system. */
const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; fill: #24292f }
  .title { font-size: 17px; font-weight: 600 } .panel { font-size: 13px; font-weight: 600 }
  .quiet { fill: #57606a } .own-text { font-weight: 600 }
  .own { fill: #0969da; stroke: #0969da } .peer { fill: #9aa4af; stroke: #9aa4af } .floor { fill: #d5dae0; stroke: #d5dae0 }
  .spread { stroke: #24292f; stroke-width: 1.5; fill: none } .grid { stroke: #d0d7de; stroke-width: 1 }
  .reference { stroke: #57606a; stroke-width: 1; stroke-dasharray: 4 4; fill: none }
  .line { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 }
    .own { fill: #4493f8; stroke: #4493f8 } .peer { fill: #6e7681; stroke: #6e7681 } .floor { fill: #3d444d; stroke: #3d444d }
    .spread { stroke: #e6edf3 } .grid { stroke: #30363d } .reference { stroke: #9198a1 }
  }`;

/**
 * @param {object} chart
 * @param {number} chart.width
 * @param {number} chart.height
 * @param {string} chart.title of the chart, also for screen readers
 * @param {string[]} chart.body
 */
export const svgDocument = ({ width, height, title, body }) =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}\n</style>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');

/** A number with at most two decimals. @param {number} value */
export const round = (value) => Number(value.toFixed(2));

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {{ classes?: string, anchor?: 'start' | 'middle' | 'end' }} [how]
 */
export const svgText = (x, y, content, { classes = '', anchor = 'start' } = {}) =>
  `<text x="${round(x)}" y="${round(y)}"${classes === '' ? '' : ` class="${classes}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escapeXml(content)}</text>`;
