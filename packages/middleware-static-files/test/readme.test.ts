import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { staticFilesDefaults, staticFilesErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/site.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const defaults = Object.entries(staticFilesDefaults).map(([name, value]) => [name, shown(value)]);
  expect(readme.plainTableUnder('Options').map(([name, value]) => [name, value])).toEqual(defaults);
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(staticFilesErrors));
});

const shown = (value: unknown): string => {
  if (typeof value === 'function' || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
