// The same fetch handler on srvx, over node:http.
import { serve } from 'srvx/node';

const headers = { 'content-type': 'text/plain', 'content-length': '13', server: 'windhover' };

serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  silent: true,
  fetch: () => new Response('Hello, World!', { headers }),
});
