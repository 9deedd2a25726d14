import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import changelog from '../workspace/changelog.mjs';
import { readText, root, workspacePackages } from './workspace-packages.ts';

const released = (folder: string): boolean => existsSync(join(root, 'packages', folder, 'CHANGELOG.md'));
const unreleased = workspacePackages.filter(({ folder }) => !released(folder));

describe('the first release of a package', () => {
  it.each(unreleased.map(({ folder, manifest }) => [manifest.name, folder] as const))(
    '%s is introduced by a changeset of its own',
    (name, folder) => {
      const text = readText(join('.changeset', `first-release-${folder}.md`));
      expect(text).toMatch(new RegExp(`^---\n'${name}': minor\n---\n\nThe first release. `));
    },
  );

  it.skipIf(released('windhover'))('has no changes to earlier versions in its changelog', async () => {
    const line = async (id: string): Promise<string> => changelog.getReleaseLine({ id, summary: 'One.\nTwo.' });
    expect(await line('first-release-http')).toBe('- One.\n  Two.');
    expect(await line('http-cuts-fields')).toBe('');
  });
});
