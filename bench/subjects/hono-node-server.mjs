// Hono's router on its own adapter for Node.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.get('/', (c) => c.body('Hello, World!', 200, { 'content-type': 'text/plain', server: 'windhover' }));
serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: app.fetch });
