// A fetch handler with the platform's Response.
import { fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

const headers = { 'content-type': 'text/plain', 'content-length': '13', server: 'windhover' };

await serve(
  fetchHandler(() => new Response('Hello, World!', { headers })),
  { urls: `http://127.0.0.1:${process.env.PORT}` },
);
