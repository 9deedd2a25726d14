import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { fetchErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example of the package and its output', async () => {
    await expect(readme.expectExample('examples/hello.ts')).resolves.toBeUndefined();
  });

  it('lists every error code with its sentence', () => {
    const rows = readme.tableUnder('Errors').map(([code, says]) => [code!.replaceAll('`', ''), says]);
    expect(rows).toEqual(Object.entries(fetchErrors).map(([code, says]) => [code, says.replaceAll('|', '\\|')]));
  });
});
