import type { WebHost } from '@windhover/hosting';
import { ServerAddressesFeature } from '@windhover/server';
import { ApplicationFormError } from './application-form-error.ts';
import { type ResolvedApplication, resolveApplication } from './application-form.ts';
import { CommandError } from './command-error.ts';
import { createBuilder } from './create-builder.ts';

/**
 * Creates a host for the application that a module exports, in any form that `serve` accepts.
 *
 * @param name of the module, for messages
 * @param settings arguments for the configuration
 * @throws CommandError for any other export, and for settings that the host would not read
 */
export const hostOfModule = async (
  loaded: { readonly application: unknown },
  name: string,
  settings: readonly string[],
): Promise<WebHost> => {
  const application = await resolved(loaded.application, name);
  if ('handler' in application) {
    const builder = await createBuilder();
    return builder.configure((app) => void app.run(application.handler)).build();
  }
  const host = 'builder' in application ? application.builder.build() : application.host;
  if (!isApplication(host)) addUrls(host, name, settings);
  return host;
};

const resolved = async (exported: unknown, name: string): Promise<ResolvedApplication> => {
  try {
    return await resolveApplication(exported);
  } catch (error) {
    if (!(error instanceof ApplicationFormError)) throw error;
    const { code, detail, message } = error;
    throw new CommandError(
      code === 'APPLICATION_FORM_UNKNOWN'
        ? `${name} exports ${detail} as default; export a handler, an application, a host or a host builder. See the table "Forms" of the README.`
        : `${name}: ${message}.`,
    );
  }
};

/** Sets the addresses of a host that was created without configuration. */
const addUrls = (host: WebHost, name: string, settings: readonly string[]): void => {
  const { urls, ignored } = urlsOf(settings);
  if (ignored !== undefined) {
    throw new CommandError(
      `${ignored} would have no effect: ${name} makes its host without configuration. createBuilder() reads it.`,
    );
  }
  for (const url of urls) host.features.get(ServerAddressesFeature)?.add(url);
};

/** The command itself has started as many processes. */
const ofCommand = /^--threads(?:=|$)/;

const urlsOf = (settings: readonly string[]): { urls: string[]; ignored: string | undefined } => {
  const urls: string[] = [];
  let ignored: string | undefined;
  settings.forEach((setting, at) => {
    if (setting.startsWith('--urls=')) urls.push(setting.slice('--urls='.length));
    else if (settings[at - 1] === '--urls') urls.push(setting);
    else if (setting.startsWith('--') && setting !== '--urls' && !ofCommand.test(setting)) ignored ??= setting;
  });
  return { urls, ignored };
};

/** Whether the host was created by a builder that has read the configuration. */
const isApplication = (host: WebHost): boolean => 'group' in host;
