// Hono's router on Windhover, with both opt-ins: the fast Response, and a lazy Request.
import { fetchHandler, installFastResponse } from '@windhover/app-fetch';
import { Hono } from 'hono';
import { serve } from 'windhover';

installFastResponse();
const app = new Hono();
app.get('/', (c) => c.body('Hello, World!', 200, { 'content-type': 'text/plain', server: 'windhover' }));
await serve(fetchHandler(app, { request: 'lazy' }), { urls: `http://127.0.0.1:${process.env.PORT}` });
