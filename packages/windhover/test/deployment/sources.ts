import { readFileSync } from 'node:fs';

/** A file of the deployment examples, as the page shows it. */
export const deploymentFile = (name: string): string =>
  readFileSync(new URL(`../../examples/deployment/${name}`, import.meta.url), 'utf8');

/** Replaces texts of the page by values of a test. Every text must occur in the page. */
export const withReplaced = (text: string, replacements: Readonly<Record<string, string>>): string => {
  let replaced = text;
  for (const [from, to] of Object.entries(replacements)) {
    if (!replaced.includes(from)) throw new Error(`"${from}" does not occur in the page`);
    replaced = replaced.replaceAll(from, to);
  }
  return replaced;
};
