// Like windhover-hosting, with a handler that returns a promise.
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) =>
    app.run(async (context) => {
      context.response.contentType = 'text/plain';
      context.response.send('Hello, World!');
    }),
  )
  .build();
await host.start();
