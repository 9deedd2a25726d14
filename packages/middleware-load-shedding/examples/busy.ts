import { loadShedding } from '@windhover/middleware-load-shedding';
import { createHostBuilder } from 'windhover';

const slowRequest = { hasBegun: false, release: (): void => undefined };

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(loadShedding({ maxRequests: 1, maxEventLoopDelay: 500, retryAfter: 2 }));
    app.run(async ({ request }) => {
      if (request.path !== '/slow') return 'served';
      slowRequest.hasBegun = true;
      await new Promise<void>((resolve) => (slowRequest.release = resolve));
      return 'served slowly';
    });
  })
  .build();
await host.start();

const [address] = host.addresses;
const slow = fetch(`${address}/slow`);
while (!slowRequest.hasBegun) await new Promise(setImmediate);
const rejected = await fetch(address!);
console.log(rejected.status, rejected.headers.get('retry-after'));
// 503 2
slowRequest.release();
console.log(await (await slow).text());
// served slowly
await host.stop();
