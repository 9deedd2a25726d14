import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { hostFilteringDefaults, hostFilteringErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/one-domain.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const defaults = Object.entries(hostFilteringDefaults).map(([name, value]) => [
    name,
    typeof value === 'function' ? '' : String(value),
  ]);
  const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
  expect(rows).toEqual([['allowedHosts', ''], ...defaults]);
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(hostFilteringErrors));
});
