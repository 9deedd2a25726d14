// A fetch handler with the fast Response.
import { FastResponse, fetchHandler } from '@windhover/app-fetch';
import { serve } from 'windhover';

await serve(
  fetchHandler(() => new FastResponse('Hello, World!', { headers: { 'content-type': 'text/plain' } })),
  { urls: `http://127.0.0.1:${process.env.PORT}` },
);
