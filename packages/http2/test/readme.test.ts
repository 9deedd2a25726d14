import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { http2Errors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/read-frames.ts')).resolves.toBeUndefined();
  });

  it('lists every error with its scope, code, rule and sentence', () => {
    const rows = readme.plainTableUnder('Errors').map((row) => row.map((cell) => cell.replaceAll('\\*', '*')));
    const errors = Object.entries(http2Errors).map(([code, { scope, errorCode, source, message }]) => [
      code,
      scope,
      errorCode,
      source,
      message,
    ]);
    expect(rows).toEqual(errors);
  });
});
