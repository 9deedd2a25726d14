import { posix } from 'node:path';
import { filesBelow } from '../graph/workspace-packages.ts';

/** Folder of the pages that belong to no single package. They are in the tarball of `windhover`. */
export const docsFolder = 'packages/windhover/docs';

/** Every Markdown file that is a page, as a path below the repository. */
export const sitePages: readonly string[] = filesBelow('.')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.md') && !/^(?:\.changeset|\.github|tools\/api)\/|CHANGELOG\.md$/.test(file));

/** The place of a page in the site: `packages/http/README.md` is `packages/http/index.md`. */
export const pageOf = (file: string): string => {
  const short = file.startsWith(`${docsFolder}/`) ? file.replace(docsFolder, 'docs') : file;
  return short.replace(/(^|\/)README\.md$/, '$1index.md');
};

/** The anchor of a heading, as the host of the repository makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** The repository, as in the links of the pages. */
export const repository = 'https://github.com/windhover/windhover';

/** The target of a link in a page as a path below the repository; `undefined` for another site. */
export const repositoryPath = (from: string, href: string): string | undefined => {
  const own = new RegExp(`^${repository}/(?:blob|tree)/main/(.*)$`).exec(href);
  if (own !== null) return posix.normalize(own[1]!);
  if (/^(?:[a-z]+:|#)/.test(href)) return undefined;
  return posix.join(posix.dirname(from), href);
};

/** The page that a path below the repository leads to: itself, or the README of a folder. */
export const pageAt = (path: string): string | undefined =>
  [path, posix.join(path, 'README.md'), posix.join(path, 'index.md')].find((file) => sitePages.includes(file));
