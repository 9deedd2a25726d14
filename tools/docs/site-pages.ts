import { posix } from 'node:path';
import { filesBelow } from '../graph/workspace-packages.ts';
import { repository } from '../workspace/repository.mjs';

/** Folder of the pages that do not belong to a single package. It is published with `windhover`. */
export const docsFolder = 'packages/windhover/docs';

/** Paths of all Markdown files that are pages, relative to the repository. */
export const sitePages: readonly string[] = filesBelow('.')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.md') && !/^(?:\.changeset|\.github|tools\/api)\/|CHANGELOG\.md$/.test(file));

/** The path of a page in the site: `packages/http/README.md` becomes `packages/http/index.md`. */
export const pageOf = (file: string): string => {
  const short = file.startsWith(`${docsFolder}/`) ? file.replace(docsFolder, 'docs') : file;
  return short.replace(/(^|\/)README\.md$/, '$1index.md');
};

/** The anchor of a heading, as the repository's host creates it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** The target of a link as a path in the repository; `undefined` for another site. */
export const repositoryPath = (from: string, href: string): string | undefined => {
  const own = new RegExp(`^${repository}/(?:blob|tree)/main/(.*)$`).exec(href);
  if (own !== null) return posix.normalize(own[1]!);
  if (/^(?:[a-z]+:|#)/.test(href)) return undefined;
  return posix.join(posix.dirname(from), href);
};

/** The page for a path in the repository: the file itself, or the README of a folder. */
export const pageAt = (path: string): string | undefined =>
  [path, posix.join(path, 'README.md'), posix.join(path, 'index.md')].find((file) => sitePages.includes(file));
