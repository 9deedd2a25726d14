import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Child } from '../../../../tools/test-support/child.ts';
import { SettingsFolder } from './support/settings-folder.ts';

const sources = new URL('../../../../tools/test-support/sources.mjs', import.meta.url).href;
const fixture = fileURLToPath(new URL('fixtures/loaded-modules.mjs', import.meta.url));

// Before Node.js 22.18 the fixture cannot observe the modules that are loaded.
describe.skipIf(!process.features.typescript)('what is loaded to read settings', () => {
  let folder: SettingsFolder;
  beforeEach(() => {
    folder = new SettingsFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  const modules = async (): Promise<string> => {
    await using child = new Child(['--import', sources, fixture, folder.path]);
    expect([await child.exited, child.output]).toEqual([0, expect.any(String)]);
    return child.output;
  };

  it('where only the program says something: nothing', async () => {
    expect(await modules()).toBe('0 \n');
  });

  it('where there is a file: the schema', async () => {
    folder.write('windhover.json', {});
    expect(await modules()).toMatch(/settings\/schema\.ts/);
  });
});
