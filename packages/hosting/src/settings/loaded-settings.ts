import type { Configuration } from '@windhover/configuration';
import { resolveOptions } from '@windhover/connections';
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

/** Values in effect, and the source of each. */
export type HostConfiguration<V = HostSettings> = Pick<
  Configuration<V>,
  'effective' | 'files' | 'isEmpty' | 'sourceOf' | 'values'
>;

/** The part of this package that reads and interprets settings. */
export interface SettingsReader {
  readonly meaning: typeof Settings;
  /** The settings to read. */
  readonly source: SettingsPlan<Sections>;
}

/** The environment of a host, and its settings in code. */
type SettingsOrigin = Pick<SettingsPlan<Sections>, 'code' | 'contentRoot' | 'environment' | 'warnings'>;

/** Loaded and checked settings of a host, for `WebHostBuilder.useSettings`. */
export class LoadedSettings<V = HostSettings> {
  /** Every value with its source. */
  readonly configuration: HostConfiguration<V>;
  readonly environment: string;
  /** Absolute path. */
  readonly contentRoot: string;
  /** Loads the code that reads the settings again, on first use. */
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

  /** The plan computed from the settings; `undefined` without settings. */
  plan(hasCodeEndpoints: boolean): HostPlan | undefined {
    // A schema with additional sections contains all settings of the host.
    const configuration = this.configuration as HostConfiguration<unknown> as HostConfiguration;
    const context = { contentRoot: this.contentRoot, hasCodeEndpoints, warnings: this.#warnings };
    return this.#meaning?.planHost(configuration, context);
  }
}

/**
 * Loads the settings of a host from files, environment and command line. If only code sets values, the schema and the
 * reader are not loaded.
 *
 * @throws ConfigurationError with every problem that was found
 * @throws TypeError for an unknown source, and for a value of a wrong type
 */
export const loadSettings = async <S extends Sections = NoSections>(
  given: SettingsSources<S> = {},
): Promise<LoadedSettings<SettingsWith<S>>> => {
  const sources: SettingsSources<S> = resolveOptions('loadSettings', {}, given, rules);
  const { always = false, code, sections } = sources;
  if (!always && code === undefined && sections === undefined && !mayHaveSettings(sources))
    return emptySettings(sources);
  const [reader, { loadConfiguration }] = await Promise.all([readerOf(sources), import('@windhover/configuration')]);
  const configuration = await loadConfiguration(reader.source.options);
  const settings = new LoadedSettings(configuration, reader.source, () => Promise.resolve(reader), reader.meaning);
  return settings as LoadedSettings<unknown> as LoadedSettings<SettingsWith<S>>;
};

const rules = {
  kinds: {
    args: 'strings',
    environment: 'object',
    code: 'object',
    file: 'any',
    sections: 'object',
    takesOthers: 'boolean',
    always: 'boolean',
  },
  instead: { argv: 'args', env: 'environment' },
} as const;

/** Without settings, the reader is loaded only by a reload, which may find some. */
const emptySettings = <S extends Sections>(sources: SettingsSources<S>): LoadedSettings<SettingsWith<S>> => {
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
 * Describes every setting in effect, one line each: `key = value   (source)`. Secrets are masked.
 *
 * @param declared known top-level keys, e.g. `hostKeys()`; others are marked as unknown
 */
export const describeSettings = async (
  settings: LoadedSettings<unknown>,
  declared?: readonly string[],
): Promise<string[]> => {
  const { meaning } = await settings.reader();
  return meaning.describeSettings(settings.configuration, declared);
};

/** The top-level keys of the host's own settings. */
export const hostKeys = async (): Promise<readonly string[]> => (await import('./schema.ts')).hostKeys;
