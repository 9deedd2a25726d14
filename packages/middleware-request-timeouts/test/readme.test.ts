import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { requestTimeoutsDefaults, requestTimeoutsErrors, timeoutPolicyDefaults } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/slow-report.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const { policies: _, clock: __, ...defaults } = requestTimeoutsDefaults;
  expect(readme.optionsUnder('Options')).toEqual({
    ...readme.shownDefaults(defaults),
    policies: '',
    clock: '',
  });
  expect(readme.optionsUnder('Options of a policy')).toEqual({
    timeout: '',
    ...readme.shownDefaults(timeoutPolicyDefaults),
  });
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(requestTimeoutsErrors));
});
