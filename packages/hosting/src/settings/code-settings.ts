import type { Environment } from '@windhover/configuration';
import type { ServerLimitOptions } from '@windhover/server';
import { defaultSettings } from './default-settings.ts';
import type { HostSettings } from './schema.ts';

type ServerSettings = HostSettings['server'];

/** Settings set in code: any subset, with parsed values. Times and sizes are not text. */
export interface CodeSettings extends Partial<Omit<HostSettings, 'logging' | 'server'>> {
  readonly logging?: Partial<HostSettings['logging']>;
  readonly server?: Partial<Omit<ServerSettings, 'limits'>> & { readonly limits?: ServerLimitOptions };
}

/** `NODE_ENV` as a setting. Nearly every process has it, so it is no reason to load the settings reader. */
export const nodeEnvironment = ({ NODE_ENV }: Environment): CodeSettings => (NODE_ENV ? { environment: NODE_ENV } : {});

const defaults: HostSettings = defaultSettings;

/** Fills in the defaults. The settings are not checked. */
export const settingsOfCode = ({ logging, server, ...code }: CodeSettings): HostSettings => ({
  ...over(defaults, code),
  logging: over(defaults.logging, logging),
  server: {
    ...over(defaults.server, server),
    limits: {
      ...over(defaults.server.limits, server?.limits),
      http2: over(defaults.server.limits.http2, server?.limits?.http2),
    },
  },
});

/** Keys that are `undefined` count as missing. */
const over = <T extends object>(defaults: T, given: object = {}): T => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
});
