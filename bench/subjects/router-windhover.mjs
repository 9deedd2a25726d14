// Routes by @windhover/middleware-routing.
import { routing } from '@windhover/middleware-routing';
import { createHostBuilder } from 'windhover';
import { routeCount, routePattern } from '../lib/support/route-list.mjs';

const greet = ({ response }) => {
  response.contentType = 'text/plain';
  response.send('Hello, World!');
};
const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) =>
    app.use(
      routing((router) => {
        router.get('/', greet);
        for (let number = 0; number < routeCount; number += 1) router.get(routePattern(number), greet);
      }),
    ),
  )
  .build();
await host.start();
