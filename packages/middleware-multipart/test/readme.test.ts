import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { multipartDefaults, multipartErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and the text that it prints', async () => {
  await expect(readme.expectExample('examples/upload.ts')).resolves.toBeUndefined();
});

it('the README lists every limit with its default', () => {
  expect(readme.optionsUnder('Limits')).toEqual(readme.shownDefaults(multipartDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(
    Object.entries(multipartErrors).map(([code, { status, message }]) => [code, String(status), message]),
  );
});
