import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { compressionDefaults, compressionErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/small.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const defaults = Object.entries(compressionDefaults).map(([name, value]) => [
    name,
    typeof value === 'function' ? '' : JSON.stringify(value),
  ]);
  expect(readme.plainTableUnder('Options').map(([name, value]) => [name, value])).toEqual(defaults);
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(compressionErrors));
});
