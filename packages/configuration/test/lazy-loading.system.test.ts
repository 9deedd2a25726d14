import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { TemporaryFolder } from './support/temporary-folder.ts';

const fixture = fileURLToPath(new URL('fixtures/loaded-modules.mjs', import.meta.url));

const modulesFor = async (...files: string[]): Promise<string> => {
  await using child = new Child([fixture, ...files]);
  expect([await child.exited, child.output]).toEqual([0, expect.any(String)]);
  return child.output;
};

describe('what is loaded', () => {
  it('without any configuration: no validator, no parser, nothing that binds or watches', async () => {
    expect(await modulesFor('/nowhere/shop.json')).not.toMatch(
      /valibot|jsonc-parser|levenshtein|src\/(?:binding|json-tree|watched-files|effective-values)\.ts/,
    );
  });

  it('with a good file: validator and parser, nothing that explains errors or watches', async () => {
    using folder = new TemporaryFolder();
    const modules = await modulesFor(folder.write('shop.json', { title: 'x' }));
    expect(modules).toMatch(/valibot/);
    expect(modules).toMatch(/jsonc-parser/);
    expect(modules).not.toMatch(/levenshtein|src\/(?:watched-files|effective-values)\.ts/);
  });
});
