import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { instruments, telemetryDefaults } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/prometheus.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name!, value] as const);
    expect(Object.fromEntries(rows)).toMatchObject(
      Object.fromEntries(Object.entries(telemetryDefaults).map(([name, value]) => [name, String(value)])),
    );
  });

  it('lists every instrument with its unit', () => {
    const rows = readme.plainTableUnder('Metrics').map(([name, unit]) => [name, unit]);
    expect(rows).toEqual(Object.entries(instruments).map(([name, { unit }]) => [name, unit]));
  });
});
