import { concurrencyLimiting, rateLimiting, tokenBucket } from '@windhover/middleware-rate-limiting';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(rateLimiting({ limiter: tokenBucket({ limit: 2, period: 60_000 }) })); // of each client
    app.use(concurrencyLimiting({ limit: 100, queueLimit: 50 })); // of all clients together
    app.run(({ response }) => response.send('served'));
  })
  .build();
await host.start();

for (let request = 1; request <= 3; request++) {
  const { status, headers } = await fetch(host.addresses[0]!);
  console.log(status, headers.get('ratelimit')!.replace(/t=.*/, 't=…'), headers.get('retry-after'));
}
// 200 "default";r=1;t=… null
// 200 "default";r=0;t=… null
// 429 "default";r=0;t=… 30
await host.stop();
