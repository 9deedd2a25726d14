import { readFileSync } from 'node:fs';

/** A file of the deployment examples, as the page shows it. */
export const deploymentFile = (name: string): string =>
  readFileSync(new URL(`../../examples/deployment/${name}`, import.meta.url), 'utf8');

/** Puts what a test uses in the place of what the page says. Every text to be replaced has to be there. */
export const withReplaced = (text: string, replacements: Readonly<Record<string, string>>): string => {
  let replaced = text;
  for (const [from, to] of Object.entries(replacements)) {
    if (!replaced.includes(from)) throw new Error(`"${from}" is not there to be replaced`);
    replaced = replaced.replaceAll(from, to);
  }
  return replaced;
};
