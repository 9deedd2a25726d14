// Like middleware-windhover, with middleware and a handler that return promises.
import { createHostBuilder } from 'windhover';
import { middlewareCount } from '../lib/support/middleware-count.mjs';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) => {
    for (let made = 0; made < middlewareCount; made += 1) app.use(async (context, next) => await next(context));
    app.run(async ({ response }) => {
      response.contentType = 'text/plain';
      response.send('Hello, World!');
    });
  })
  .build();
await host.start();
