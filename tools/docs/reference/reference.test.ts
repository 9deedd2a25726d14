import { describe, expect, it } from 'vitest';
import { readText, workspacePackages } from '../../graph/workspace-packages.ts';
import { docsFolder } from '../site-pages.ts';
import { referencePages } from './reference-pages.ts';

const exportsOf = async (folder: string) =>
  [folder, (await import(`../../../packages/${folder}/src/index.ts`)) as Record<string, unknown>] as const;
const packages = new Map(await Promise.all(workspacePackages.map(({ folder }) => exportsOf(folder))));

/** The formatter pads tables and escapes characters. */
const unpadded = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-').replaceAll('\\', '');

describe('the reference', () => {
  it.each([...referencePages(packages)])('%s is up to date; otherwise run `npm run docs`', (name, page) =>
    expect(unpadded(readText(`${docsFolder}/reference/${name}`))).toBe(unpadded(page)),
  );
});
