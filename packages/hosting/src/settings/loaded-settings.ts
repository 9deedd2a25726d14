import type { Configuration } from '@windhover/configuration';
import { type CodeSettings, nodeEnvironment, settingsOfCode } from './code-settings.ts';
import type * as Settings from './index.ts';
import type {
  HostPlan,
  HostSettings,
  NoSections,
  Sections,
  SettingsPlan,
  SettingsSources,
  SettingsWith,
} from './index.ts';
import { mayHaveSettings, rootFolder } from './settings-places.ts';

/** Values in effect, and where each is from. */
export type HostConfiguration<V = HostSettings> = Pick<
  Configuration<V>,
  'effective' | 'files' | 'isEmpty' | 'sourceOf' | 'values'
>;

/** The part of this package that reads settings and knows what they mean. */
export interface SettingsReader {
  readonly meaning: typeof Settings;
  /** What it reads. */
  readonly source: SettingsPlan<Sections>;
}

/** Where a host runs, and what its program says. */
type SettingsOrigin = Pick<SettingsPlan<Sections>, 'code' | 'contentRoot' | 'environment' | 'warnings'>;

/** Settings of a host, read and checked, for `WebHostBuilder.useSettings`. */
export class LoadedSettings<V = HostSettings> {
  /** Every value with its source. */
  readonly configuration: HostConfiguration<V>;
  readonly environment: string;
  /** Absolute. */
  readonly contentRoot: string;
  /** What reads them again, loaded when it is first asked for. */
  readonly reader: () => Promise<SettingsReader>;
  readonly #code: CodeSettings;
  readonly #meaning: typeof Settings | undefined;
  readonly #warnings: readonly string[];

  constructor(
    configuration: HostConfiguration<V>,
    { code, contentRoot, environment, warnings }: SettingsOrigin,
    reader: () => Promise<SettingsReader>,
    meaning?: typeof Settings,
  ) {
    this.configuration = configuration;
    this.environment = environment;
    this.contentRoot = contentRoot;
    this.reader = reader;
    this.#code = code;
    this.#meaning = meaning;
    this.#warnings = warnings;
  }

  /** Whether a source has set a value, e.g. `isSet('server', 'dateHeader')`. */
  isSet(...path: readonly string[]): boolean {
    if (!this.configuration.isEmpty) return this.configuration.sourceOf(path).kind !== 'default';
    let said: unknown = this.#code;
    for (const key of path) said = (said as Record<string, unknown> | undefined)?.[key];
    return said !== undefined;
  }

  /** The plan that follows from the settings; `undefined` without settings. */
  plan(hasCodeEndpoints: boolean): HostPlan | undefined {
    // A schema with more sections has all those of the host.
    const configuration = this.configuration as HostConfiguration<unknown> as HostConfiguration;
    const context = { contentRoot: this.contentRoot, hasCodeEndpoints, warnings: this.#warnings };
    return this.#meaning?.planHost(configuration, context);
  }
}

/**
 * Reads the settings of a host: files, environment, command line. Without settings outside of
 * the code, the code that reads and checks settings is not loaded.
 *
 * @throws ConfigurationError with every problem that was found
 */
export const loadSettings = async <S extends Sections = NoSections>(
  sources: SettingsSources<S> = {},
): Promise<LoadedSettings<SettingsWith<S>>> => {
  const { always = false, code, sections } = sources;
  if (!always && code === undefined && sections === undefined && !mayHaveSettings(sources)) return unsaid(sources);
  const [reader, { loadConfiguration }] = await Promise.all([readerOf(sources), import('@windhover/configuration')]);
  const configuration = await loadConfiguration(reader.source.options);
  const settings = new LoadedSettings(configuration, reader.source, () => Promise.resolve(reader), reader.meaning);
  return settings as LoadedSettings<unknown> as LoadedSettings<SettingsWith<S>>;
};

/** Without settings, reading is left for a reload, when there may be some. */
const unsaid = <S extends Sections>(sources: SettingsSources<S>): LoadedSettings<SettingsWith<S>> => {
  const code = nodeEnvironment(sources.environment ?? process.env);
  const values = settingsOfCode(code);
  const configuration: HostConfiguration = {
    values,
    isEmpty: true,
    files: [],
    sourceOf: () => ({ kind: 'default' }),
    effective: async () => new (await import('@windhover/configuration')).Configuration(values).effective(),
  };
  const origin = { code, contentRoot: rootFolder(), environment: values.environment, warnings: [] };
  const settings = new LoadedSettings(configuration, origin, () => readerOf(sources));
  return settings as LoadedSettings<unknown> as LoadedSettings<SettingsWith<S>>;
};

const readerOf = async <S extends Sections>(sources: SettingsSources<S>): Promise<SettingsReader> => {
  const meaning = await import('./index.ts');
  return { meaning, source: (await meaning.planSettings(sources)) as unknown as SettingsPlan<Sections> };
};

/**
 * Every setting in effect, one line each: `key = value   (source)`. Secrets are masked.
 *
 * @param declared keys at the top that are known, e.g. `hostKeys()`; others are said not to be
 */
export const describeSettings = async (
  settings: LoadedSettings<unknown>,
  declared?: readonly string[],
): Promise<string[]> => {
  const { meaning } = await settings.reader();
  return meaning.describeSettings(settings.configuration, declared);
};

/** The keys at the top of the settings that are the host's own. */
export const hostKeys = async (): Promise<readonly string[]> => (await import('./schema.ts')).hostKeys;
