import { WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';

const host = new WebHostBuilder()
  .useTransport(sockets())
  .useProtocol(http1())
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use((context, next) => {
      context.response.headers.set('x-frame-options', 'DENY');
      return next(context);
    });
    app.map('/hello', (branch) => void branch.run(({ request, response }) => response.send(`Hello${request.path}!`)));
  })
  .build();

await host.start();
const response = await fetch(`${host.addresses[0]}/hello/Windhover`);
console.log(response.status, await response.text());
await host.stop();
// 200 Hello/Windhover!
