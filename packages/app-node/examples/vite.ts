import type { AddressInfo } from 'node:net';
import { createServer } from '@windhover/app-node';
import { createServer as createViteServer } from 'vite';

const vite = await createViteServer({
  root: import.meta.dirname,
  configFile: false,
  appType: 'custom',
  logLevel: 'silent',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const server = createServer((request, response) => {
  vite.middlewares(request, response, () => {
    response.statusCode = 404;
    response.end('not a module');
  });
});
await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;

const module = await fetch(`http://127.0.0.1:${port}/module.ts`);
const etag = module.headers.get('etag')!;
console.log(module.headers.get('content-type'), (await module.text()).split('\n')[0]);
const again = await fetch(`http://127.0.0.1:${port}/module.ts`, { headers: { 'if-none-match': etag } });
console.log(again.status);
console.log(await (await fetch(`http://127.0.0.1:${port}/nowhere`)).text());
await vite.close();
await server[Symbol.asyncDispose]();
// text/javascript export const answer = 42;
// 304
// not a module
