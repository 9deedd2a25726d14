import { axes, growthScenarios } from './growth.mjs';
import { http1Scenarios } from './http1.mjs';
import { http2Scenarios } from './http2.mjs';
import { unixScenarios } from './unix.mjs';
import { webSocketScenarios } from './web-socket.mjs';

/** All scenarios by name, in the order of a run. */
export const scenarios = {
  ...http1Scenarios,
  ...unixScenarios,
  ...webSocketScenarios,
  ...http2Scenarios,
  ...growthScenarios,
};

/** The names that users may pass: scenarios, and axes, which include all of their points. */
export const scenarioNames = [
  ...Object.keys(scenarios).filter((name) => scenarios[name]?.growth === undefined),
  ...Object.keys(axes),
];

/**
 * @param {string} name as passed by the user
 * @returns {string[]} the scenarios with that name or axis; empty if unknown
 */
export const scenariosNamed = (name) =>
  Object.keys(scenarios).filter((known) => known === name || scenarios[known]?.growth?.axis === name);
