import { createHash } from 'node:crypto';
import type { FolderEntries, FolderEntry } from './folder-entries.ts';
import { Html, html } from './html.ts';

/** Light or dark according to the browser, with system fonts and no external resources. */
const pageStyle = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1d1e20, #e6e6e3);
  --faint: light-dark(#5c6066, #a3a8af);
  --line: light-dark(#dcdcd7, #35383d);
  --hover: light-dark(#efefeb, #232629);
  --link: light-dark(#0b57a4, #8ab8f0);
}
* { box-sizing: border-box; }
body { margin: 0; background: light-dark(#fafaf8, #17181a); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.375rem; font-weight: 600; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th { padding: .25rem .75rem; color: var(--faint); font-size: .875rem; font-weight: 500; text-align: left; }
td { padding: 0; border-top: 1px solid var(--line); }
td:not(:first-child) { padding: .375rem .75rem; color: var(--faint); font-size: .875rem; white-space: nowrap; }
th:nth-child(2), td:nth-child(2) { text-align: right; font-variant-numeric: tabular-nums; }
tr:hover td { background: var(--hover); }
a { display: block; padding: .375rem .75rem; color: var(--link); text-decoration: none; overflow-wrap: anywhere; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; }
.folder { font-weight: 600; }
p { color: var(--faint); padding: 0 .75rem; }
@media (max-width: 36rem) { th:nth-child(3), td:nth-child(3) { display: none; } }
`;

const styleElement = new Html(`<style>${pageStyle}</style>`);
const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Allows the style of the page and no other resource. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/**
 * The list of a folder as an HTML page. Links are relative.
 *
 * @param path path of the folder as known by the client, with a trailing slash
 */
export const listingPage = (path: string, { entries, hasMore }: FolderEntries, hasParent: boolean): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${path}</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>${path}</h1>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Size</th>
                <th scope="col">Changed (UTC)</th>
              </tr>
            </thead>
            <tbody>
              ${hasParent ? parentRow : ''} ${entries.map(entryRow)}
            </tbody>
          </table>
          ${entries.length === 0 ? html`<p>This folder has no files to show.</p>` : ''}
          ${hasMore ? html`<p>There are more files, which are not listed.</p>` : ''}
        </main>
      </body>
    </html> `.text;

const parentRow = html`<tr>
  <td><a class="folder" href="../">../</a></td>
  <td></td>
  <td></td>
</tr> `;

const entryRow = ({ name, isFolder, size, modified }: FolderEntry): Html => {
  const shown = isFolder ? `${name}/` : name;
  // "./" prevents that a name with a colon is read as a scheme.
  const href = `./${encodeURIComponent(name)}${isFolder ? '/' : ''}`;
  return html`<tr>
    <td><a class="${isFolder ? 'folder' : 'file'}" href="${href}">${shown}</a></td>
    <td>${isFolder ? '' : readableSize(size)}</td>
    <td><time datetime="${modified.toISOString()}">${readableTime(modified)}</time></td>
  </tr> `;
};

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** E.g. `512 bytes`, `1.4 MiB`. */
export const readableSize = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
};

const readableTime = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ');
