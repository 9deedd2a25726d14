import { relative } from 'node:path';
import { root } from '../graph/workspace-packages.ts';
import { repository } from '../workspace/repository.mjs';
import { pageAt, pageOf, repositoryPath } from './site-pages.ts';

/** The part of a token of markdown-it that is used here. */
interface LinkToken {
  readonly type: string;
  readonly children: readonly LinkToken[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

interface Markdown {
  readonly core: {
    readonly ruler: {
      push(
        name: string,
        rule: (state: { readonly tokens: readonly LinkToken[]; readonly env: { path?: string } }) => void,
      ): void;
    };
  };
}

/**
 * A plug-in of markdown-it: a link in a page leads to the page of the site if there is one, otherwise to the
 * repository.
 */
export const siteLinks = (md: Markdown): void =>
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    if (env.path === undefined) return;
    const from = relative(root, env.path).replaceAll('\\', '/');
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type !== 'link_open') continue;
      const link = siteLink(from, token.attrGet('href') ?? '');
      token.attrSet('href', link);
      if (link === apiIndex) token.attrSet('target', '_self');
    }
  });

/**
 * The API pages, which another tool writes: a link to them needs the target `_self`, otherwise the router of the site looks
 * for a page of its own.
 */
export const apiIndex = '/api/index.html';

/** @param from path of the page with the link, relative to the repository */
export const siteLink = (from: string, href: string): string => {
  const [target, hash] = href.split('#', 2) as [string, string | undefined];
  const path = target === '' ? undefined : repositoryPath(from, target);
  if (path === undefined) return href;
  if (path === 'tools/api/reports') return apiIndex;
  const anchor = hash === undefined ? '' : `#${hash}`;
  const page = pageAt(path.replace(/\/$/, ''));
  if (page === undefined) return `${repository}/blob/main/${path}${anchor}`;
  return `/${pageOf(page).replace(/\.md$/, '.html')}${anchor}`;
};
