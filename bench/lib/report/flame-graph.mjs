import { escapeXml, round, svgDocument, svgText } from './svg.mjs';

/**
 * @typedef {import('node:inspector').Profiler.Profile} Profile
 * @typedef {{ name: string, place: string, samples: number, children: Map<string, Frame> }} Frame `samples` with those of the children
 */

const width = 1200;
const rowHeight = 17;
const head = 62;
const margin = 12;
/** Minimum width of a frame in pixels; narrower frames are omitted. */
const narrowest = 0.6;

/** The end of a URL or path: package, folder and file. @param {string} url */
const shortPlace = (url) => url.split('/').slice(-3).join('/');

/**
 * The call tree of a profile; the same calls of one caller are merged.
 * @param {Profile} profile
 * @returns {Frame}
 */
export function callTree({ nodes, samples = [] }) {
  const hits = new Map();
  for (const id of samples) hits.set(id, (hits.get(id) ?? 0) + 1);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @param {Profile['nodes'][number]} node @param {Map<string, Frame>} siblings @returns {number} samples in it */
  const add = ({ id, callFrame: { functionName, url, lineNumber }, children = [] }, siblings) => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    const place = url === '' ? '' : `${shortPlace(url)}:${lineNumber + 1}`;
    const key = `${name} ${place}`;
    const frame = siblings.get(key) ?? { name, place, samples: 0, children: new Map() };
    siblings.set(key, frame);
    let count = hits.get(id) ?? 0;
    for (const child of children) {
      const node = byId.get(child);
      if (node !== undefined) count += add(node, frame.children);
    }
    frame.samples += count;
    return count;
  };
  /** @type {Map<string, Frame>} */
  const roots = new Map();
  const [root] = nodes;
  if (root !== undefined) add(root, roots);
  return [...roots.values()][0] ?? { name: '(root)', place: '', samples: 0, children: new Map() };
}

/** Frames that are not work of the program. */
const idleNames = new Set(['(idle)', '(program)']);

/** The fill color of a frame, by its origin. @param {Frame} frame */
function fillOf({ name, place }) {
  if (name === '(garbage collector)') return '#d29922';
  if (place === '' || place.startsWith('node:')) return '#9aa4af';
  if (place.includes('subjects/') || place.includes('support/')) return '#57ab5a';
  return '#4493f8';
}

/** @param {Frame} frame @param {number} x @param {number} depth @param {number} scale @param {number} total @returns {string[]} */
function frameLines(frame, x, depth, scale, total) {
  const wide = frame.samples * scale;
  if (wide < narrowest) return [];
  const y = head + depth * rowHeight;
  const text = wide > 30 ? frame.name.slice(0, Math.floor(wide / 6.5)) : '';
  const about = `${frame.name} ${frame.place}: ${((frame.samples / total) * 100).toFixed(1)} %`;
  const lines = [
    `<g><title>${escapeXml(about)}</title><rect x="${round(x)}" y="${y}" width="${round(Math.max(0.3, wide - 0.5))}" height="${rowHeight - 1}" fill="${fillOf(frame)}"/>`,
    ...(text === '' ? [] : [`<text class="frame" x="${round(x + 3)}" y="${y + 12}">${escapeXml(text)}</text>`]),
    '</g>',
  ];
  let at = x;
  for (const child of [...frame.children.values()].sort((a, b) => b.samples - a.samples)) {
    lines.push(...frameLines(child, at, depth + 1, scale, total));
    at += child.samples * scale;
  }
  return lines;
}

/** @param {Frame} frame @param {number} least samples @returns {number} number of rows */
const depthOf = (frame, least) =>
  frame.samples < least ? 0 : 1 + Math.max(0, ...[...frame.children.values()].map((child) => depthOf(child, least)));

/**
 * A flame graph: callers above their callees, widths proportional to time. Idle time is omitted.
 * @param {Profile} profile
 * @param {string} title
 * @returns {string} an SVG document
 */
export function flameGraph(profile, title) {
  const root = callTree(profile);
  for (const [key, { name, samples }] of root.children) {
    if (!idleNames.has(name)) continue;
    root.children.delete(key);
    root.samples -= samples;
  }
  const scale = (width - 2 * margin) / Math.max(1, root.samples);
  const height = head + depthOf(root, narrowest / scale) * rowHeight + margin;
  return svgDocument({
    width,
    height,
    title,
    body: [
      '<style>.frame { font-size: 11px; fill: #0d1117 }</style>',
      svgText(margin, 26, title, { classes: 'title' }),
      svgText(
        margin,
        46,
        'Blue: packages; green: the subject; grey: Node.js and V8; yellow: garbage collection. Point at a frame for its place.',
        {
          classes: 'quiet',
        },
      ),
      ...frameLines(root, margin, 0, scale, root.samples),
    ],
  });
}
