import { WebHostBuilder, hostServices, serviceKey, servicesOf } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';

class Visits implements AsyncDisposable {
  count = 0;

  async [Symbol.asyncDispose](): Promise<void> {
    console.log(`${this.count} visit counted`);
  }
}

const visits = serviceKey<Visits>('visits');

const builder = new WebHostBuilder().useTransport(sockets()).useProtocol(http1()).useUrls('http://127.0.0.1:0');

builder.services.add(visits, () => new Visits());

builder.useBackgroundService((services) => ({
  name: 'reporter',
  start: () => console.log(`reporting from ${services.get(hostServices.environment).name}`),
  stop: () => console.log('no more requests'),
}));

builder.configure((app) => {
  app.run((context) => {
    servicesOf(context).get(visits).count++;
    context.response.send('Welcome');
  });
});

const host = builder.build();
await host.start();
console.log(await (await fetch(host.addresses[0]!)).text());
await host.stop();
// reporting from production
// Welcome
// no more requests
// 1 visit counted
