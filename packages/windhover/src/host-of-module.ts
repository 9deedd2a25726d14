import type { WebHost, WebHostBuilder } from '@windhover/hosting';
import type { RequestHandler } from '@windhover/http';
import { ServerAddressesFeature } from '@windhover/server';
import { CommandError } from './command-error.ts';
import { createBuilder } from './create-builder.ts';

/**
 * Makes a host of what a module exports as default: a request handler, a host, or a builder of one.
 *
 * @param name of the module, for messages
 * @param settings arguments for the configuration
 * @throws CommandError for anything else, and for settings that the host would not read
 */
export const hostOfModule = async (exported: unknown, name: string, settings: readonly string[]): Promise<WebHost> => {
  if (typeof exported === 'function') {
    const builder = await createBuilder();
    return builder.configure((app) => void app.run(exported as RequestHandler)).build();
  }
  const host = isBuilder(exported) ? exported.build() : exported;
  if (!isHost(host)) {
    throw new CommandError(
      `${name} exports ${described(exported)} as default; a request handler, a host or a host builder is needed.`,
    );
  }
  if (!isApplication(host)) addUrls(host, name, settings);
  return host;
};

/** A host that was made without configuration can still be told where to listen. */
const addUrls = (host: WebHost, name: string, settings: readonly string[]): void => {
  const { urls, ignored } = urlsOf(settings);
  if (ignored !== undefined) {
    throw new CommandError(
      `${ignored} would have no effect: ${name} makes its host without configuration. createBuilder() reads it.`,
    );
  }
  for (const url of urls) host.features.get(ServerAddressesFeature)?.add(url);
};

const urlsOf = (settings: readonly string[]): { urls: string[]; ignored: string | undefined } => {
  const urls: string[] = [];
  let ignored: string | undefined;
  settings.forEach((setting, at) => {
    if (setting.startsWith('--urls=')) urls.push(setting.slice('--urls='.length));
    else if (settings[at - 1] === '--urls') urls.push(setting);
    else if (setting.startsWith('--') && setting !== '--urls') ignored ??= setting;
  });
  return { urls, ignored };
};

// Known by their methods, not by their class: the module may have another copy of the package.

const isBuilder = (value: unknown): value is WebHostBuilder => hasMethods(value, ['build', 'useUrls']);

const isHost = (value: unknown): value is WebHost => hasMethods(value, ['run', 'start', 'stop']);

/** Made by a builder that has read the configuration. */
const isApplication = (host: WebHost): boolean => hasMethods(host, ['get', 'group']);

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

const described = (value: unknown): string => {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a value of the type ${typeof value}`;
};
