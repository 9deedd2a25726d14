import { eventLoopCheck, healthChecks } from '@windhover/middleware-health-checks';
import { createHostBuilder } from 'windhover';

const eventLoop = eventLoopCheck({ degradedAbove: 200, unhealthyAbove: 1000 });

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(healthChecks({ checks: [eventLoop] }));
  })
  .build();
await host.start();
const answer = await fetch(`${host.addresses[0]}/readyz`);
console.log(answer.status, (await answer.text()).trim());
// 200 healthy
await host.stop();
