import { setTimeout as delay } from 'node:timers/promises';
import { requestTimeoutOf, requestTimeouts } from '@windhover/middleware-request-timeouts';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(
      requestTimeouts({
        defaultPolicy: 10_000,
        policies: { short: { timeout: 50, statusCode: 503 } },
        choose: ({ request }) => (request.path === '/report' ? 'short' : undefined),
      }),
    );
    app.map('/report', (branch) =>
      branch.run(async ({ signal, response }) => {
        await delay(60_000, undefined, { signal }); // ends when the time is over
        response.send('a report');
      }),
    );
    app.run((context) => {
      requestTimeoutOf(context).disable(); // e.g. for an event stream
      return 'no limit';
    });
  })
  .build();
await host.start();

const report = await fetch(`${host.addresses[0]}/report`);
console.log((await report.text()).trim());
// 503 Service Unavailable
console.log(await (await fetch(host.addresses[0]!)).text());
// no limit
await host.stop();
