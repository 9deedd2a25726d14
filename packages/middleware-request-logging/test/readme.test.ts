import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { requestLoggingDefaults, requestLoggingErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/access-log.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  expect(readme.optionsUnder('Options')).toEqual(readme.shownDefaults(requestLoggingDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(requestLoggingErrors));
});
