/**
 * The cells to measure: the subjects of each scenario.
 * @typedef {Map<string, Set<string>>} Cells
 */

/**
 * The cells of a published run: those in the tables and charts, and those that a budget needs.
 * @param {Record<string, string[]>} shown subjects by scenario
 * @param {import('./figures/budgets.mjs').Budget[]} budgets
 * @param {(name: string) => string[]} scenariosNamed the scenarios with that name or axis
 * @returns {Cells}
 */
export function publishedCells(shown, budgets, scenariosNamed) {
  /** @type {Cells} */
  const cells = new Map();
  const add = (/** @type {string} */ name, /** @type {(string | undefined)[]} */ subjects) => {
    for (const scenario of scenariosNamed(name)) {
      const chosen = cells.get(scenario) ?? new Set();
      for (const subject of subjects) if (subject !== undefined) chosen.add(subject);
      cells.set(scenario, chosen);
    }
  };
  for (const [name, subjects] of Object.entries(shown)) add(name, subjects);
  for (const { scenarios, subject, against } of budgets) for (const name of scenarios) add(name, [subject, against]);
  return cells;
}
