import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationBuilder } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { sendFile, staticFiles } from '@windhover/middleware-static-files';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';

const folder = mkdtempSync(join(tmpdir(), 'site-')); // stands for the folder of your application
mkdirSync(join(folder, 'public'));
writeFileSync(join(folder, 'public', 'index.html'), '<h1>Welcome</h1>');
writeFileSync(join(folder, 'report.csv'), 'year,total\n2026,7\n');

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const app = new ApplicationBuilder(server.features);
app.use(staticFiles(join(folder, 'public')));
app.map('/report', (branch) =>
  branch.run((context) => sendFile(context, join(folder, 'report.csv'), { download: 'Übersicht.csv' })),
);
const endpoint = server.listen('http://127.0.0.1:0');
await server.start(app.toApplication());

const page = await fetch(endpoint.address);
console.log(page.headers.get('content-type'), await page.text());
// text/html; charset=utf-8 <h1>Welcome</h1>

const unchanged = await fetch(endpoint.address, { headers: { 'if-none-match': page.headers.get('etag')! } });
console.log(unchanged.status);
// 304

const report = await fetch(`${endpoint.address}/report`, { headers: { range: 'bytes=-7' } });
console.log(report.status, report.headers.get('content-disposition'), (await report.text()).trim());
// 206 attachment; filename="?bersicht.csv"; filename*=UTF-8''%C3%9Cbersicht.csv 2026,7

await server.stop(AbortSignal.timeout(5000));
rmSync(folder, { recursive: true });
