import type { Configuration } from '@windhover/configuration';
import type * as Settings from './settings/index.ts';
import type {
  HostPlan,
  HostSettings,
  Sections,
  SettingsPlan,
  SettingsSources,
  SettingsWith,
} from './settings/index.ts';

/** Settings of a host, read and checked, for `WebHostBuilder.useSettings`. */
export class LoadedSettings<V = HostSettings> {
  /** Every value with its source. */
  readonly configuration: Configuration<V>;
  /** How it was read: for reading it again. */
  readonly source: SettingsPlan<Sections>;
  /** The part of this package that knows what settings mean, which only hosts with settings load. */
  readonly meaning: typeof Settings;

  constructor(configuration: Configuration<V>, source: SettingsPlan<Sections>, meaning: typeof Settings) {
    this.configuration = configuration;
    this.source = source;
    this.meaning = meaning;
  }

  get environment(): string {
    return this.source.environment;
  }

  get contentRoot(): string {
    return this.source.contentRoot;
  }

  /** Whether somebody has set a value, e.g. `isSet('server', 'dateHeader')`. */
  isSet(...path: readonly string[]): boolean {
    return this.configuration.sourceOf(path).kind !== 'default';
  }

  /** What the settings come down to. */
  plan(hasCodeEndPoints: boolean): HostPlan {
    // A schema with more sections has all those of the host.
    const configuration = this.configuration as Configuration<unknown> as Configuration<HostSettings>;
    return this.meaning.planHost(configuration, { contentRoot: this.contentRoot, hasCodeEndPoints });
  }
}

/**
 * Reads the settings of a host: files, environment, command line.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export const loadSettings = async <S extends Sections>(
  sources: SettingsSources<S> = {},
): Promise<LoadedSettings<SettingsWith<S>>> => {
  const [meaning, { loadConfiguration }] = await Promise.all([
    import('./settings/index.ts'),
    import('@windhover/configuration'),
  ]);
  const plan = await meaning.planSettings(sources);
  const configuration = await loadConfiguration(plan.options);
  return new LoadedSettings(configuration, plan as unknown as SettingsPlan<Sections>, meaning);
};

/** Every setting in effect, one line each: `key = value   (source)`. Secrets are masked. */
export const describeSettings = async (settings: LoadedSettings<unknown>): Promise<string[]> =>
  settings.meaning.describeSettings(settings.configuration);
