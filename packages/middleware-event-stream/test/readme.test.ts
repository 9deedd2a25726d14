import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { eventStreamDefaults, eventStreamErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/clock.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const { clock: _, ...defaults } = eventStreamDefaults;
  expect(readme.optionsUnder('Options')).toEqual({ ...readme.shownDefaults(defaults), clock: '' });
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(eventStreamErrors));
});
