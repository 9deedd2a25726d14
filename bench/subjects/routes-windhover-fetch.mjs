// A fetch handler with more than one route on Windhover, with the platform's Response.
import { fetchHandler } from '@windhover/app-fetch';
import { createHostBuilder } from 'windhover';
import { fetchRoutes } from '../lib/support/fetch-routes.mjs';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .useServer(({ limits }) => void (limits.maxRequestBodySize = null))
  .configure((app) => app.run(fetchHandler(fetchRoutes)))
  .build();
await host.start();
