import { httpLimitDefaults } from '@windhover/http';
import type { HostSettings } from './schema.ts';

/** What the schema makes of nothing, for hosts that need not load it. */
export const defaultSettings: HostSettings = {
  environment: 'production',
  contentRoot: '.',
  shutdownTimeout: 30_000, // ms; as ASP.NET Core `HostOptions.ShutdownTimeout`
  drainDelay: 0, // ms
  threads: 1,
  logging: { level: { default: 'info' }, format: 'auto' },
  allowedHosts: ['*'],
  server: {
    endpoints: {},
    endpointDefaults: {},
    certificates: {},
    limits: httpLimitDefaults,
    serverHeader: 'windhover',
    dateHeader: true,
    preferHostingUrls: false,
    rejectedConnections: 'close',
  },
};
