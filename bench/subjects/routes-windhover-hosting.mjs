// Builder, pipeline and HttpContext with more than one route.
import { createHostBuilder } from 'windhover';
import { contextRoutes } from '../lib/support/context-routes.mjs';

const host = createHostBuilder()
  .useUrls(`http://127.0.0.1:${process.env.PORT}`)
  .useServer(({ limits }) => void (limits.maxRequestBodySize = null))
  .configure((app) => app.run(contextRoutes))
  .build();
await host.start();
