import { connectionErrors, transportErrors } from '@windhover/connections';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/shout.ts')).resolves.toBeUndefined();
  });

  it('lists every error code with its message', () => {
    const rows = readme.plainTableUnder('Errors').filter(([code]) => /^(?:CONNECTION|TRANSPORT)_/.test(code!));
    expect(rows).toEqual([...Object.entries(connectionErrors), ...Object.entries(transportErrors)]);
  });
});
