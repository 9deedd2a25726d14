// WebSockets through the full stack: builder, pipeline, middleware.
import { webSockets } from '@windhover/websockets';
import { createHostBuilder } from 'windhover';
import { serveWebSocket } from '../lib/support/ws-application.mjs';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) =>
    app.use(webSockets()).run(async ({ request, webSockets, response }) => {
      if (!webSockets.isRequest) return response.send('Hello, World!');
      serveWebSocket(await webSockets.accept(), request.target);
    }),
  )
  .build();
await host.start();
