import { type LoadedSettings, type Sections, type SettingsWith, loadSettings } from '@windhover/hosting';
import { settingsArguments } from './command-arguments.ts';
import { withDefaults } from './create-host-builder.ts';
import { settingsSources } from './settings-sources.ts';
import { WebApplicationBuilder } from './web-application-builder.ts';

/** What an application says of its configuration. */
export interface CreateBuilderOptions<S extends Sections = Sections> {
  /** Keys at the top of the configuration that are the application's, each with its schema, of valibot. */
  readonly sections?: S;
}

/**
 * A builder of an application, with the defaults of `createHostBuilder` and the configuration: `windhover.json`,
 * `windhover.{environment}.json`, environment variables and the command line, each going before the ones before it.
 *
 * @param args without the program and its module, e.g. `process.argv.slice(2)`
 * @throws ConfigurationError with everything that is wrong
 * Source: ASP.NET Core `WebApplication.CreateBuilder`
 */
export const createBuilder = async <S extends Sections = Record<string, never>>(
  args?: readonly string[],
  { sections }: CreateBuilderOptions<S> = {},
): Promise<WebApplicationBuilder<SettingsWith<S>>> => {
  const sources = settingsSources(settingsArguments(args));
  const settings = await loadSettings(sections === undefined ? sources : { ...sources, sections });
  const builder = new WebApplicationBuilder(settings.configuration);
  return withDefaults(builder).useSettings(settings as LoadedSettings<unknown> as LoadedSettings);
};
