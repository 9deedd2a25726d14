// Takes the picture of the live page in the observability guide, from a real run; it needs Chromium:
// node --import ./tools/test-support/sources.mjs packages/middleware-dashboard/test/take-picture.ts
import { setTimeout as sleep } from 'node:timers/promises';
import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { routing } from '@windhover/middleware-routing';
import { ServerAddressesFeature, WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { launch } from 'puppeteer-core';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { dashboard } from '../src/index.ts';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
const app = new ApplicationBuilder(new Features()).use(dashboard()).use(
  routing((routes) => {
    routes.get('/users/:id', (_context, { id }) => ({ id }));
    routes.get('/orders', async () => sleep(20, [{ id: 1 }]));
    routes.get('/report', ({ response }) => void (response.statusCode = Math.random() < 0.2 ? 503 : 200));
  }),
);
await server.start(pipelineApplication(app.build()));
const [address] = server.features.require(ServerAddressesFeature).addresses;

/** One client: a request after the other until the picture is taken. */
const isDone = new AbortController();
const client = async (path: string, pause: number): Promise<void> => {
  while (!isDone.signal.aborted) {
    await (await fetch(`${address}${path}`)).text();
    await sleep(pause);
  }
};
const clients = [client('/users/7', 5), client('/users/8', 12), client('/orders', 10), client('/report', 40)];

const browser = await launch({ executablePath: findProgram('chromium')!, args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.setViewport({ width: 1160, height: 800 });
await page.goto(`${address}/dashboard`);
await page.waitForSelector('#state.live');
await sleep(50_000);
const path = new URL('../../windhover/docs/guides/live-page.webp', import.meta.url).pathname as `${string}.webp`;
await page.screenshot({ path, type: 'webp', quality: 70 });
await browser.close();
isDone.abort();
await Promise.allSettled(clients);
await server.stop(AbortSignal.abort());
