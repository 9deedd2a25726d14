import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { proxyProtocolDefaults, proxyProtocolErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example of the package and its output', async () => {
    await expect(readme.expectExample('examples/line-server.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default', () => {
    const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value!.replaceAll("'", '')]);
    const defaults = Object.entries(proxyProtocolDefaults).map(([name, value]) => [name, String(value)]);
    expect(rows).toEqual([['trustedSources', ''], ...defaults]);
  });

  it('lists every error with its source and message', () => {
    const rows = readme.plainTableUnder('Errors').map(([code, source, message]) => [code, { source, message }]);
    expect(rows).toEqual(Object.entries(proxyProtocolErrors));
  });
});
