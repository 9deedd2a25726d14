import type { ErrorReport } from './error-report.ts';
import { type Html, html } from './html.ts';
import { nameTable } from './name-table.ts';
import { styleElement } from './page-style.ts';
import type { RequestReport } from './request-report.ts';
import { stackList } from './stack-list.ts';

/** Renders the error and its request as an HTML page without external resources. */
export const htmlPage = async (statusText: string, error: ErrorReport, request: RequestReport): Promise<string> => {
  const { method, target, protocol, fields, query, path, pathBase, traceIdentifier } = request;
  const seen = [
    ['Path base', pathBase],
    ['Path', path],
    ['Trace id', traceIdentifier],
  ] as const;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${error.name}: ${error.message.slice(0, 80)}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <p class="status">${statusText}</p>
          <h1>${error.name}</h1>
          <p class="message">${error.message}</p>
          <p class="request">${method} ${target} ${protocol}</p>
        </header>
        <main>
          ${nameTable(html`<h2>Properties</h2>`, error.properties)}
          <h2>Stack</h2>
          ${await stackList(error.frames)} ${await causes(error)} ${nameTable(html`<h2>Query</h2>`, query)}
          ${nameTable(html`<h2>Request fields</h2>`, fields)}
          ${nameTable(
            html`<h2>Request</h2>`,
            seen.filter(([, value]) => value !== ''),
          )}
        </main>
        <footer>
          This page is for developers. Where the public can reach the server, turn <code>details</code> off.
        </footer>
      </body>
    </html> `.text;
};

const causes = async ({ causes: reports }: ErrorReport): Promise<Html[]> => {
  const sections: Html[] = [];
  for (const report of reports) {
    sections.push(
      html`<section class="cause">
        <h2>Caused by ${report.name}</h2>
        <p class="message">${report.message}</p>
        ${nameTable(html`<h3>Properties</h3>`, report.properties)}
        <h3>Stack</h3>
        ${await stackList(report.frames)} ${await causes(report)}
      </section> `,
    );
  }
  return sections;
};
