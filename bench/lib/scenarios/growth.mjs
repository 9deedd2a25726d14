// Growth of cost: one scenario for each point of a line chart, e.g. `growth-headers@30`.
import { paths } from '../support/work.mjs';
import { routeTarget } from '../support/route-list.mjs';
import { atRate, load } from './http1-load.mjs';

/**
 * @typedef {object} Axis
 * @property {string} title
 * @property {string} unit of a point
 * @property {number[]} points ascending
 * @property {import('../run/subject.mjs').Kind} [kind]
 * @property {import('../run/abilities.mjs').Ability} [needs]
 * @property {(x: number) => NonNullable<import('./measure.mjs').Scenario['underLoad']>} load
 */

/** @param {number} count beside `host` and `accept` */
const fieldLines = (count) => Array.from({ length: count }, (_, index) => `x-field-${index}: value of field ${index}`);

/** @type {Record<string, Axis>} */
export const axes = {
  'growth-connections': {
    title: '5,000 requests/s spread over open connections',
    unit: 'connections',
    points: [1, 10, 100, 1000, 10_000],
    load: (connections) => atRate({ head: 'small', rate: 5000, connections, burstSeconds: 1 }),
  },
  'growth-headers': {
    title: 'field lines of a request',
    unit: 'field lines',
    // Windhover and Kestrel refuse more than 100 by default.
    points: [2, 10, 30, 90],
    load: (count) => load({ head: 'small', parts: () => ({ fields: fieldLines(count - 2) }) }),
  },
  'growth-body': {
    title: 'content of a POST, echoed',
    unit: 'KiB',
    points: [1, 8, 64, 512],
    kind: 'routes',
    needs: 'echo',
    load: (kibibytes) =>
      load({
        head: 'small',
        parts: () => ({ method: 'POST', path: paths.echo, content: 'x'.repeat(kibibytes * 1024) }),
        connections: 16,
      }),
  },
  'growth-middleware': {
    title: 'middleware in front of the handler',
    unit: 'middleware',
    points: [1, 5, 25, 125],
    kind: 'middleware',
    load: (count) => load({ head: 'small', variables: { MIDDLEWARE: String(count) } }),
  },
  'growth-pipelining': {
    title: 'GETs sent at once',
    unit: 'requests at once',
    points: [1, 4, 16, 64, 256],
    load: (depth) => load({ head: 'small', depth, connections: 16 }),
  },
  'growth-routes': {
    title: 'routes of an application, the last one is asked for',
    unit: 'routes',
    points: [10, 100, 1000, 10_000],
    kind: 'router',
    load: (count) =>
      load({
        head: 'small',
        parts: () => ({ path: routeTarget(count) }),
        variables: { ROUTES: String(count) },
      }),
  },
};

/** The scenario of one point. @param {string} axis @param {number} x */
export const pointName = (axis, x) => `${axis}@${x}`;

/** @type {Record<string, import('./measure.mjs').Scenario>} */
export const growthScenarios = Object.fromEntries(
  Object.entries(axes).flatMap(([axis, { title, unit, points, kind = 'http', needs, load }]) =>
    points.map((x) => {
      const growth = { axis, x, unit };
      const scenario = { title: `${title}: ${x}`, kind, growth, underLoad: load(x) };
      return [pointName(axis, x), needs === undefined ? scenario : { ...scenario, needs }];
    }),
  ),
);
