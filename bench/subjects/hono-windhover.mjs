// Hono's router on Windhover, with the fast Response.
import { fetchHandler, installFastResponse } from '@windhover/app-fetch';
import { Hono } from 'hono';
import { serve } from 'windhover';

installFastResponse();
const app = new Hono();
app.get('/', (c) => c.body('Hello, World!', 200, { 'content-type': 'text/plain' }));
await serve(fetchHandler(app), { urls: `http://127.0.0.1:${process.env.PORT}` });
