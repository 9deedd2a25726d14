import { serverDefaults, serverLimitDefaults } from '@windhover/server';
import { defaultLogLevel } from '../logging/logger.ts';

/**
 * The default of every setting. The schema, the builder and hosts that do not load the schema use it. The values define
 * its type, because the type of the settings is derived from the schema.
 */
export const defaultSettings = {
  environment: 'production',
  contentRoot: '.',
  shutdownTimeout: 30_000, // ms; as ASP.NET Core `HostOptions.ShutdownTimeout`
  drainDelay: 0, // ms
  threads: 1,
  logging: { level: { default: defaultLogLevel }, format: 'auto' as const },
  allowedHosts: ['*'],
  server: {
    endpoints: {},
    endpointDefaults: {},
    certificates: {},
    limits: serverLimitDefaults,
    ...serverDefaults,
    preferHostingUrls: false,
    systemd: false,
  },
};
