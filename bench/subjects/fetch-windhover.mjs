// A fetch handler with the platform's Response.
import { fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

await serve(
  fetchHandler(() => new Response('Hello, World!', { headers: { 'content-type': 'text/plain' } })),
  { urls: `http://127.0.0.1:${process.env.PORT}` },
);
