// WebSockets through everything: builder, pipeline, the middleware. Every message comes back.
import { webSockets } from '@windhover/websockets';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .configure((app) =>
    app.use(webSockets()).run(async ({ webSockets, response }) => {
      if (!webSockets.isRequest) return response.send('Hello, World!');
      const socket = await webSockets.accept();
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    }),
  )
  .build();
await host.start();
