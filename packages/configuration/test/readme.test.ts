import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { configurationErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/shop.ts')).resolves.toBeUndefined();
  });

  it('lists every error', () => {
    expect(readme.plainTableUnder('Errors').map((row) => row.slice(0, 2))).toEqual(Object.entries(configurationErrors));
  });
});
