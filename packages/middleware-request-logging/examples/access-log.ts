import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { requestLogging } from '@windhover/middleware-request-logging';
import { createHostBuilder } from 'windhover';

const output = new PassThrough({ encoding: 'utf8' }); // in a program: createWriteStream('access.log', { flags: 'a' })
const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(requestLogging({ output, format: 'combined', queryValues: ['page'] }));
    app.run(({ response }) => response.send('an order'));
  })
  .build();
await host.start();

const headers = { 'user-agent': 'curl/8.0', referer: 'https://shop.example/?session=secret' };
await (await fetch(`${host.addresses[0]}/orders?page=2&token=secret`, { headers })).text();

const [line] = (await once(output, 'data')) as [string];
console.log(line.trim().replace(/\[.*\]/, '[time]'));
// 127.0.0.1 - - [time] "GET /orders?page=2&token=Redacted HTTP/1.1" 200 8 "https://shop.example/?session=Redacted" "curl/8.0"
await host.stop();
