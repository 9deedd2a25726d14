// A fetch handler with both opt-ins: the fast Response, and a lazy Request.
import { FastResponse, fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

const headers = { 'content-type': 'text/plain', 'content-length': '13', server: 'windhover' };

await serve(
  fetchHandler(() => new FastResponse('Hello, World!', { headers }), { request: 'lazy' }),
  { urls: `http://127.0.0.1:${process.env.PORT}` },
);
