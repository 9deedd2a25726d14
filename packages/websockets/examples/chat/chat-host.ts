import { readFileSync } from 'node:fs';
import { type WebHostBuilder, createHostBuilder } from 'windhover';
import { webSockets } from '@windhover/websockets';
import { ChatRoom } from './chat-room.ts';

const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
  '/': ['text/html; charset=utf-8', readFileSync(new URL('index.html', import.meta.url), 'utf8')],
  '/chat.js': ['text/javascript; charset=utf-8', readFileSync(new URL('chat.js', import.meta.url), 'utf8')],
};

/** The chat: a page, its script, and a room at `/room`. */
export const chatHostBuilder = (): WebHostBuilder => {
  const room = new ChatRoom();
  return createHostBuilder().configure((app) => {
    app
      .map('/room', (branch) =>
        branch
          .use(webSockets({ maxMessageSize: 16 * 1024, maxMessagesPerSecond: 20 }))
          .run(async (context) => room.join(await context.webSockets.accept())),
      )
      .run(({ request, response }) => {
        const file = files[request.path];
        if (file === undefined) {
          response.statusCode = 404;
          return response.send('There is no such page.');
        }
        const [type, content] = file;
        response.contentType = type;
        response.headers.set('content-security-policy', "default-src 'self'; style-src 'unsafe-inline'");
        return response.send(content);
      });
  });
};
