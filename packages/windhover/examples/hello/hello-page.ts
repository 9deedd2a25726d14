import { escapeHtml } from './escape-html.ts';

/** The page: the name of the host, its addresses, and the requested URL. */
export const helloPage = (addresses: readonly string[], requestUrl: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Hello from Windhover</title>
  </head>
  <body>
    <h1>Hosted by Windhover</h1>
    <p>Listening on the following addresses:</p>
    <ul>
${addresses.map((address) => `      <li>${escapeHtml(address)}</li>`).join('\n')}
    </ul>
    <p>Request URL: ${escapeHtml(requestUrl)}</p>
  </body>
</html>
`;
