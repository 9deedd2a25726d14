import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { concurrencyLimitingDefaults, rateLimitingDefaults, rateLimitingErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/limits.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  expect(readme.optionsUnder('Options')).toEqual({ limiter: '', ...readme.shownDefaults(rateLimitingDefaults) });
  const concurrency = readme.optionsUnder('Options of concurrencyLimiting');
  expect(concurrency).toEqual({ limit: '', ...readme.shownDefaults(concurrencyLimitingDefaults) });
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(rateLimitingErrors));
});
