import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { deflateDefaults, webSocketDefaults, webSocketErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

const defaultsIn = (rows: string[][]): [string, unknown][] =>
  rows.map(([name, value]) => [name!, JSON.parse(value!) as unknown]);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/echo.ts')).resolves.toBeUndefined();
  });

  it('lists every option with its default, in the order of the code', () => {
    expect(defaultsIn(readme.plainTableUnder('Options'))).toEqual(Object.entries(webSocketDefaults));
    expect(defaultsIn(readme.plainTableUnder('Deflate'))).toEqual(Object.entries(deflateDefaults));
  });

  it('lists every error with its status, source and message', () => {
    const inCode = Object.entries(webSocketErrors).map(([code, { source, message, ...rest }]) => {
      return [code, 'status' in rest ? String(rest.status) : '', source, message];
    });
    expect(readme.plainTableUnder('Errors')).toEqual(inCode);
  });
});
