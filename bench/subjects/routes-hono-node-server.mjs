// A fetch handler with more than one route on @hono/node-server.
import { serve } from '@hono/node-server';
import { fetchRoutes } from '../lib/support/fetch-routes.mjs';

serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  fetch: fetchRoutes,
  serverOptions: { keepAliveTimeout: 300_000, requestTimeout: 0 },
});
