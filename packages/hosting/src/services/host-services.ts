import type { ApplicationLifetime } from '@windhover/http';
import type { HostEnvironment } from '../lifetime/host-environment.ts';
import type { Logger } from '../logging/logger.ts';
import { serviceKey } from './service-key.ts';

/** The services that every host has. */
export const hostServices = {
  /** The logger of the host. */
  logger: serviceKey<Logger>('logger'),
  lifetime: serviceKey<ApplicationLifetime>('lifetime'),
  environment: serviceKey<HostEnvironment>('environment'),
} as const;
