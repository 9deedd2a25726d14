import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { pathBaseDefaults, pathBaseErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/below-a-path.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
  expect(rows).toEqual(Object.entries(pathBaseDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(pathBaseErrors));
});
