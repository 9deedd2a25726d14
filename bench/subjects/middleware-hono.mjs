// Middleware of Hono that pass the request on, on @hono/node-server.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { middlewareCount } from '../lib/support/middleware-count.mjs';

const app = new Hono();
for (let made = 0; made < middlewareCount; made += 1) app.use((_context, next) => next());
app.get('/', (context) => context.body('Hello, World!', 200, { 'content-type': 'text/plain', server: 'windhover' }));
serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: app.fetch });
