// The opaque upgrade of HTTP/1.1: a connection leaves HTTP for a protocol of our own. WebSockets are one more of those.
import { HttpUpgradeFeature } from '@windhover/http';
import { createHostBuilder } from 'windhover';
import { openTally } from './tally-client.ts';
import { serveTally, tallyProtocol } from './tally.ts';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.run(({ features, request, response }) => {
      const upgrade = features.get(HttpUpgradeFeature);
      const asked = request.headers.get('upgrade')?.split(/\s*,\s*/) ?? [];
      if (upgrade?.isUpgradableRequest && asked.includes(tallyProtocol))
        return serveTally(upgrade.upgrade(tallyProtocol));
      response.statusCode = 426;
      response.headers.set('connection', 'Upgrade');
      response.headers.set('upgrade', tallyProtocol);
    });
  })
  .build();
await host.start();

const tally = await openTally(host.addresses[0]!);
console.log(await tally.add(1), await tally.add(2), await tally.add(3.5));
// 1 3 6.5
console.log(await tally.add('four'));
// undefined
tally.end();

await host.stop(AbortSignal.timeout(5000));
