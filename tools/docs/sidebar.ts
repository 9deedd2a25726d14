import { readText } from '../graph/workspace-packages.ts';
import { apiIndex, siteLink } from './site-links.ts';
import { docsFolder } from './site-pages.ts';

/** A group of links beside every page. */
export interface SidebarGroup {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: readonly { readonly text: string; readonly link: string; readonly target?: string }[];
}

/**
 * The groups and links of `docs/index.md`: its headings of the second level, and the first link of each list item. The
 * sidebar shows text, so backticks are removed.
 */
export const sidebar = (): SidebarGroup[] =>
  readText(`${docsFolder}/index.md`)
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      collapsed: false,
      items: [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, text, href]) => {
        const link = siteLink(`${docsFolder}/index.md`, href!);
        return { text: text!.replaceAll('`', ''), link, ...(link === apiIndex && { target: '_self' }) };
      }),
    }));
