import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { connectionLoggingDefaults } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/log-lines.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
    expect(rows).toEqual([
      ['logger', "debuglog('windhover:connection')"],
      ['name', ''],
      ['maxBytes', String(connectionLoggingDefaults.maxBytes)],
    ]);
    expect(rows.map(([name]) => name)).toEqual(Object.keys(connectionLoggingDefaults));
  });
});
