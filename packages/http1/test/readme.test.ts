import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import * as http1 from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example of the package and its output', async () => {
    await expect(readme.expectExample('examples/over-memory.ts')).resolves.toBeUndefined();
  });

  it('names every value that the package exports', () => {
    for (const name of Object.keys(http1)) expect(readme.text).toContain(name);
  });
});
