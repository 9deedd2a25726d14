import type { WebHost, WebHostBuilder } from '@windhover/hosting';
import type { RequestDelegate } from '@windhover/http';
import { ServerAddressesFeature } from '@windhover/server';
import { CommandError } from './command-error.ts';
import { createHostBuilder } from './create-host-builder.ts';

/**
 * Makes a host of what a module exports as default: a request handler, a host, or a builder of one.
 *
 * @param name of the module, for messages
 * @param urls addresses from the command line; they go before those of a builder or host
 * @throws CommandError for anything else
 */
export const hostOfModule = (exported: unknown, name: string, urls: readonly string[]): WebHost => {
  if (typeof exported === 'function') {
    return createHostBuilder()
      .useUrls(...urls)
      .configure((app) => void app.run(exported as RequestDelegate))
      .build();
  }
  const host = isBuilder(exported) ? exported.build() : exported;
  if (!isHost(host)) {
    throw new CommandError(
      `${name} exports ${described(exported)} as default; a request handler, a host or a host builder is needed.`,
    );
  }
  for (const url of urls) host.features.get(ServerAddressesFeature)?.add(url);
  return host;
};

// Known by their methods, not by their class: the module may have another copy of the package.

const isBuilder = (value: unknown): value is WebHostBuilder => hasMethods(value, ['build', 'useUrls']);

const isHost = (value: unknown): value is WebHost => hasMethods(value, ['run', 'start', 'stop']);

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

const described = (value: unknown): string => {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a value of the type ${typeof value}`;
};
