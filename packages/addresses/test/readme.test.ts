import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { addressErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/resolve-urls.ts')).resolves.toBeUndefined();
  });

  it('lists every error code with its message', () => {
    const rows = readme.plainTableUnder('Errors').map(([code, says]) => [code, says!.replaceAll('\\*', '*')]);
    expect(rows).toEqual(Object.entries(addressErrors));
  });
});
