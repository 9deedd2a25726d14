import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

it('MIDDLEWARE.md shows the example that is in the package, and what it prints', async () => {
  const page = new Readme(import.meta.url, 'MIDDLEWARE.md');
  await expect(page.expectExample('examples/slow-requests.ts')).resolves.toBeUndefined();
});
