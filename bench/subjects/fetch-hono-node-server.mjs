// The same fetch handler on @hono/node-server, which replaces the global Response with a lightweight one.
import { serve } from '@hono/node-server';

const headers = { 'content-type': 'text/plain', 'content-length': '13', server: 'windhover' };

serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  fetch: () => new Response('Hello, World!', { headers }),
});
