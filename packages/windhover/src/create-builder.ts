import { resolveOptions } from '@windhover/connections';
import { type LoadedSettings, type Sections, type SettingsWith, loadSettings } from '@windhover/hosting';
import { settingsArguments } from './command-arguments.ts';
import { withDefaults } from './create-host-builder.ts';
import { settingsSources } from './settings-sources.ts';
import { WebApplicationBuilder } from './web-application-builder.ts';

/** Options of `createBuilder`. */
export interface CreateBuilderOptions<S extends Sections = Sections> {
  /** Top-level configuration keys of the application, each with its valibot schema. */
  readonly sections?: S;
}

/**
 * Creates a builder of an application with the defaults of `createHostBuilder` and the configuration. Sources of the
 * configuration, later ones override earlier ones: `windhover.json`, `windhover.{environment}.json`, environment
 * variables, the command line.
 *
 * @param args without the program and its module, e.g. `process.argv.slice(2)`
 * @throws ConfigurationError with all problems
 * @throws TypeError if `args` is not an array, and for an unknown option
 * Source: ASP.NET Core `WebApplication.CreateBuilder`
 */
export const createBuilder = async <S extends Sections = Record<string, never>>(
  args?: readonly string[],
  options: CreateBuilderOptions<S> = {},
): Promise<WebApplicationBuilder<SettingsWith<S>>> => {
  if (args !== undefined && !Array.isArray(args)) {
    throw new TypeError(
      `createBuilder takes the arguments of the program, e.g. process.argv.slice(2); received a value of the type ${typeof args}.`,
    );
  }
  const { sections } = resolveOptions('createBuilder', {}, options, { kinds: { sections: 'object' } });
  const sources = settingsSources(settingsArguments(args));
  const settings = await loadSettings(sections === undefined ? sources : { ...sources, sections });
  const builder = new WebApplicationBuilder(settings.configuration);
  return withDefaults(builder).useSettings(settings as LoadedSettings<unknown> as LoadedSettings);
};
