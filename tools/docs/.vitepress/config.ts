import { defineConfig } from 'vitepress';
import { mermaidFences } from '../mermaid-fences.ts';
import { anchorOf, pageOf } from '../site-pages.ts';
import { siteLinks } from '../site-links.ts';
import { sidebar } from '../sidebar.ts';

export default defineConfig({
  title: 'Windhover',
  description: 'A web server for Node.js made of small packages',
  // The pages stay where the code is: every Markdown file of the repository is a page.
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
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    // The index is a part of the site: no service is asked.
    search: { provider: 'local' },
  },
  ignoreDeadLinks: [/^\/api\//],
});
