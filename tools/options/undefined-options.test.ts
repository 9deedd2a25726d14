import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { optionsOfPackages } from './options-of-packages.ts';

/** Functions that are created for each call are shown alike. */
const shown = (value: unknown): string => inspect(value, { depth: 10, sorted: true, maxArrayLength: null });

describe('an option that is undefined has its default', () => {
  it.each(optionsOfPackages)('%s', (_name, defaults, resolve) => {
    const expected = shown(resolve({}));
    for (const option of Object.keys(defaults)) {
      expect({ [option]: shown(resolve({ [option]: undefined })) }).toEqual({ [option]: expected });
    }
  });

  it('no package spreads options over defaults, which would let undefined replace a default', () => {
    const spread = /\.\.\.(?:\w+\.)?\w*[dD]efaults(?:\.\w+)?,\s*\.\.\.(?!\w+Defaults\b)[\w.]+\s*[,}]/;
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const files = globSync('packages/*/src/**/*.ts', { cwd: root });
    expect(files.filter((file) => spread.test(readFileSync(root + file, 'utf8')))).toEqual([]);
  });
});
