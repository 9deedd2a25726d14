// A fetch handler with both opt-ins: the fast Response, and a lazy Request.
import { FastResponse, fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

await serve(
  fetchHandler(() => new FastResponse('Hello, World!', { headers: { 'content-type': 'text/plain' } }), {
    request: 'lazy',
  }),
  { urls: `http://127.0.0.1:${process.env.PORT}` },
);
