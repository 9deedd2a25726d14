import { createHash } from 'node:crypto';
import { Html } from './html.ts';

/** The style of the page: system fonts, no external resources, light or dark according to the browser. */
const pageStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f6f4, #17181a);
  --card: light-dark(#fff, #1f2124);
  --text: light-dark(#1d1e20, #e6e6e3);
  --faint: light-dark(#5c6066, #a3a8af);
  --line: light-dark(#dcdcd7, #35383d);
  --accent: light-dark(#a3261c, #ff9a8d);
  --mark: light-dark(#fdecea, #3d2422);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; color: var(--accent); overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.125rem; }
h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
code, pre, td, .message, .request { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; font-size: .875rem; }
.status { margin: 0 0 .25rem; color: var(--faint); }
.message { margin: .75rem 0; font-size: 1.0625rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.request { margin: 0; color: var(--faint); overflow-wrap: anywhere; }
ol { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
li + li { border-top: 1px solid var(--line); }
.frame { display: block; padding: .5rem 1rem; overflow-wrap: anywhere; }
summary.frame { position: relative; padding-left: 2.25rem; cursor: pointer; }
summary::before { content: '▸' / ''; position: absolute; left: 1rem; }
details[open] > summary::before { content: '▾' / ''; }
summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.place { color: var(--faint); font-size: .8125rem; }
.other { color: var(--faint); }
pre { margin: 0; padding: .5rem 0; overflow-x: auto; border-top: 1px solid var(--line); line-height: 1.45; tab-size: 2; }
pre span, pre mark { display: block; width: max-content; min-width: 100%; padding: 0 1rem; }
mark { background: var(--mark); color: inherit; font-weight: 600; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { padding: .375rem 1rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 14rem; font-weight: 500; font-size: .875rem; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; white-space: pre-wrap; }
.cause { margin-left: 1rem; padding-left: 1rem; border-left: 3px solid var(--line); }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--faint); font-size: .875rem; }
@media (max-width: 40rem) { th, td { display: block; width: auto; } td { border-top: 0; padding-top: 0; } .cause { margin-left: 0; } }
`;

export const styleElement = new Html(`<style>${pageStyle}</style>`);

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Allows the style of the page and no other resource. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
