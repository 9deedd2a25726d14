import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { cookieAttributeDefaults, cookiesDefaults, cookiesErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/session.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const { attributes: _, ...defaults } = cookiesDefaults;
  expect(readme.optionsUnder('Options')).toEqual({ ...readme.shownDefaults(defaults), attributes: '' });
});

it('the README lists every attribute with its default', () => {
  const listed = readme.optionsUnder('Attributes');
  const withDefault = Object.entries(listed).filter(([, value]) => value !== '');
  expect(Object.fromEntries(withDefault)).toEqual(readme.shownDefaults(cookieAttributeDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(cookiesErrors));
});
