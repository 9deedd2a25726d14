// The full stack: builder, pipeline, HttpContext and a synchronous handler.
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) =>
    app.run((context) => {
      context.response.contentType = 'text/plain';
      context.response.send('Hello, World!');
    }),
  )
  .build();
await host.start();
