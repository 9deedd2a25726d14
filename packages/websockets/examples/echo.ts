import { messages, send, webSockets } from '@windhover/websockets';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.use(webSockets({ protocols: ['shout'] })).run(async (context) => {
      if (!context.webSockets.isRequest) return context.response.send('Ask for a WebSocket.');
      const socket = await context.webSockets.accept();
      for await (const message of messages(socket)) await send(socket, String(message).toUpperCase());
    });
  })
  .build();
await host.start();

const client = new WebSocket(host.addresses[0]!.replace('http', 'ws'), 'shout');
const closed = new Promise((resolve) => client.addEventListener('close', resolve, { once: true }));
client.addEventListener('close', ({ code, reason }) => console.log(code, reason));
const answered = new Promise((resolve) => client.addEventListener('message', resolve, { once: true }));
client.addEventListener('message', ({ data }) => console.log(client.protocol, data));
client.addEventListener('open', () => client.send('hello'));
await answered;
// shout HELLO

await host.stop(AbortSignal.timeout(5000));
await closed;
// 1001 going away
