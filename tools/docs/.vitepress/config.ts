import { defineConfig } from 'vitepress';
import { mermaidFences } from '../mermaid-fences.ts';
import { anchorOf, pageOf } from '../site-pages.ts';
import { apiIndex, siteLinks } from '../site-links.ts';
import { sidebar } from '../sidebar.ts';

export default defineConfig({
  title: 'Windhover',
  description: 'A web server for Node.js made of small packages',
  // Browsers would request /favicon.ico.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // Every Markdown file of the repository is a page; the pages stay beside the code.
  srcDir: '../..',
  srcExclude: ['.changeset/**', 'tools/api/**', '**/CHANGELOG.md', '.github/**', '**/dist/**'],
  rewrites: pageOf,
  outDir: 'dist/site',
  cacheDir: '../../node_modules/.cache/vitepress',
  cleanUrls: false,
  markdown: {
    // `Promise<void>` in prose is text.
    html: false,
    linkify: false,
    languageAlias: { haproxy: 'nginx' },
    anchor: { slugify: anchorOf },
    config: (md) => void md.use(siteLinks).use(mermaidFences),
  },
  themeConfig: {
    nav: [
      { text: 'Documentation', link: '/docs/index.html' },
      { text: 'Packages', link: '/index.html#packages' },
      { text: 'API', link: apiIndex, target: '_self' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    // A local search index: no external service is used.
    search: { provider: 'local' },
  },
  ignoreDeadLinks: [/^\/api\//],
});
