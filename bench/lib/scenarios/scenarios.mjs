import { axes, growthScenarios } from './growth.mjs';
import { http1Scenarios } from './http1.mjs';
import { http2Scenarios } from './http2.mjs';
import { unixScenarios } from './unix.mjs';
import { webSocketScenarios } from './web-socket.mjs';

/** Everything that can be measured, by name, in the order of a run. @type {Record<string, import('./measure.mjs').Scenario>} */
export const scenarios = {
  ...http1Scenarios,
  ...unixScenarios,
  ...webSocketScenarios,
  ...http2Scenarios,
  ...growthScenarios,
};

/** The names that a user may write: those of the scenarios, and those of the axes for all of their points. */
export const scenarioNames = [
  ...Object.keys(scenarios).filter((name) => scenarios[name]?.growth === undefined),
  ...Object.keys(axes),
];

/** @param {string} name as a user writes it @returns {string[]} the scenarios that it stands for; none: unknown */
export const scenariosNamed = (name) =>
  Object.keys(scenarios).filter((known) => known === name || scenarios[known]?.growth?.axis === name);
