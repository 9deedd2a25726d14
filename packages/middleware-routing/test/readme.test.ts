import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { routingDefaults, routingErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/users.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
  expect(rows).toEqual(Object.entries(routingDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(routingErrors));
});
