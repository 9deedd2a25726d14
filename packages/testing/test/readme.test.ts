import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { testServerErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example of the package and its output', async () => {
    await expect(readme.expectExample('examples/first-test.ts')).resolves.toBeUndefined();
  });

  it('lists every error code with its sentence', () => {
    const rows = readme.tableUnder('Errors').map(([code, says]) => [code!.replaceAll('`', ''), says]);
    expect(rows).toEqual(Object.entries(testServerErrors));
  });
});
