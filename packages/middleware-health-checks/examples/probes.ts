import { healthChecks } from '@windhover/middleware-health-checks';
import { createHostBuilder } from 'windhover';

let isConnected = true;
const database = {
  name: 'database',
  check: () => (isConnected ? ('healthy' as const) : { status: 'unhealthy' as const, description: 'not connected' }),
};

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(healthChecks({ checks: [database], details: true }));
    app.run(({ response }) => response.send('served'));
  })
  .build();
await host.start();

const probe = async (path: string, accept = '*/*'): Promise<void> => {
  const answer = await fetch(`${host.addresses[0]}${path}`, { headers: { accept } });
  console.log(answer.status, (await answer.text()).trim());
};
await probe('/livez');
// 200 healthy
await probe('/readyz');
// 200 healthy
isConnected = false;
await probe('/livez');
// 200 healthy
await probe('/readyz', 'application/json');
// 503 {"status":"unhealthy","checks":[{"name":"database","status":"unhealthy","description":"not connected"}]}
await host.stop();
