import { hsts, httpsRedirection } from '@windhover/middleware-https-redirection';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(hsts({ includeSubDomains: true }));
    app.use(httpsRedirection({ port: 443 })); // without a port: that of the https address of the server
    app.run(({ response }) => response.send('over https only'));
  })
  .build();
await host.start();

const answer = await fetch(`${host.addresses[0]}/caf%C3%A9?x=1`, { redirect: 'manual' });
console.log(answer.status, answer.headers.get('location'));
// 307 https://127.0.0.1/caf%C3%A9?x=1
await host.stop();
