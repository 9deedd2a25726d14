import { memoryTransportDefaults } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/echo.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, Number(value)]);
    expect(rows).toEqual(Object.entries(memoryTransportDefaults));
  });
});
