import { cors } from '@windhover/middleware-cors';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(
      cors({
        origins: ['https://app.example.com', 'https://*.example.net'],
        methods: ['PUT'],
        headers: ['content-type'],
      }),
    );
    app.run(({ response }) => response.send('an answer'));
  })
  .build();
await host.start();

const [address] = host.addresses;
const preflight = await fetch(address!, {
  method: 'OPTIONS',
  headers: { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' },
});
console.log(preflight.status, preflight.headers.get('access-control-allow-methods'));
// 204 PUT
const answer = await fetch(address!, { headers: { origin: 'https://shop.example.net' } });
console.log(answer.headers.get('access-control-allow-origin'), await answer.text());
// https://shop.example.net an answer
const foreign = await fetch(address!, { headers: { origin: 'https://example.org' } });
console.log(foreign.headers.get('access-control-allow-origin'));
// null
await host.stop();
