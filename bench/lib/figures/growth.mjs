import { axes, pointName } from '../scenarios/growth.mjs';
import { figure } from './samples.mjs';

/** Tolerance for noise: cost may grow faster than the work by this factor and still count as linear. */
const tolerance = 1.25;

/**
 * @typedef {{ x: number, figure: import('./statistics.mjs').Spread }} Point
 * @typedef {{ axis: string, subject: string, points: Point[], worst: number, isLinear: boolean }} Growth `worst`: the largest
 *   factor by which cost grew faster than the work between two points next to each other
 */

/**
 * The largest factor by which cost grows faster than the work between two points. A fixed cost lowers it. 1 or less is
 * linear or better.
 * @param {{ x: number, value: number }[]} points ascending
 */
export function worstGrowth(points) {
  let worst = 0;
  for (const [index, { x, value }] of points.entries()) {
    const before = points[index - 1];
    if (before !== undefined) worst = Math.max(worst, value / before.value / (x / before.x));
  }
  return worst;
}

/**
 * The lines of one axis, one for each subject measured at two points or more.
 * @param {import('./samples.mjs').Sample[]} samples
 * @param {string} axis
 * @returns {Growth[]}
 */
export function growthOf(samples, axis) {
  const names = new Map(axes[axis]?.points.map((x) => [pointName(axis, x), x]));
  const subjects = [...new Set(samples.filter(({ scenario }) => names.has(scenario)).map(({ subject }) => subject))];
  return subjects.flatMap((subject) => {
    const points = [...names].flatMap(([scenario, x]) => {
      const found = figure(samples, { scenario, subject, metric: 'cpuMicrosPerRequest' });
      return found === undefined ? [] : [{ x, figure: found }];
    });
    if (points.length < 2) return [];
    const worst = worstGrowth(points.map(({ x, figure }) => ({ x, value: figure.median })));
    return [{ axis, subject, points, worst, isLinear: worst <= tolerance }];
  });
}
