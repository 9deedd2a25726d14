import type { Configuration, LiveConfiguration } from '@windhover/configuration';
import type { WindhoverServer } from '@windhover/server';
import type { ConsoleLogger } from './console-logger.ts';
import type { HostLog } from './host-log.ts';
import { LoadedSettings } from './loaded-settings.ts';
import type { HostPlan, HostSettings, RunningEndPoints, TlsParts } from './settings/index.ts';

/** Who settings are applied to. */
export interface SettingsTarget {
  /** `undefined` where another server stands in its place: it listens where it likes. */
  readonly server: WindhoverServer | undefined;
  /** The logger of the host, where its levels are those of the settings. */
  readonly logger: ConsoleLogger | undefined;
  readonly tls: TlsParts | undefined;
  readonly hasCodeEndPoints: boolean;
}

/** The settings of a host in effect, and how they change while it runs. */
export class AppliedSettings implements Disposable {
  readonly #loaded: LoadedSettings;
  readonly #target: SettingsTarget;
  readonly #endPoints: RunningEndPoints | undefined;
  readonly #log: HostLog;
  #plan: HostPlan;
  #live: LiveConfiguration<never> | undefined;
  #failed: ((error: unknown) => void) | undefined;

  constructor(loaded: LoadedSettings, plan: HostPlan, target: SettingsTarget, log: HostLog) {
    const { server, tls } = target;
    this.#loaded = loaded;
    this.#plan = plan;
    this.#target = target;
    this.#endPoints = server && new loaded.meaning.RunningEndPoints(server, tls);
    this.#log = log;
  }

  /** Starts the server with its end points. */
  async startServer(start: () => Promise<void>): Promise<void> {
    for (const warning of this.#plan.warnings) this.#log.settingsWarning(warning);
    if (this.#endPoints === undefined) await start();
    else await this.#endPoints.start(this.#plan.endPoints, start);
  }

  /** From now on a change of a file is a change of the host. */
  async watch(): Promise<void> {
    const live = await this.#liveConfiguration();
    await live.watch();
  }

  /**
   * Reads the settings again, and changes what can be changed while the host runs.
   *
   * @throws ConfigurationError they cannot be read; what was before stays
   */
  async reload(): Promise<void> {
    const live = await this.#liveConfiguration();
    let failure: { readonly error: unknown } | undefined;
    this.#failed = (error) => void (failure = { error });
    await live.reload();
    this.#failed = undefined;
    if (failure !== undefined) throw failure.error;
  }

  async #liveConfiguration(): Promise<LiveConfiguration<never>> {
    const { LiveConfiguration } = await import('@windhover/configuration');
    return (this.#live ??= new LiveConfiguration(
      this.#loaded.source.options as never,
      this.#loaded.configuration as never,
      {
        changed: (next: Configuration<HostSettings>) => this.#change(next),
        failed: (error) => {
          if (this.#failed === undefined) this.#log.reloadFailed(error);
          else this.#failed(error);
        },
      },
    ));
  }

  async #change(configuration: Configuration<HostSettings>): Promise<void> {
    const { meaning, source } = this.#loaded;
    const plan = new LoadedSettings(configuration, source, meaning).plan(this.#target.hasCodeEndPoints);
    const changes = await this.#endPoints?.change(plan.endPoints);
    this.#target.logger?.changeLevels(plan.logging);
    for (const warning of plan.warnings) this.#log.settingsWarning(warning);
    this.#log.settingsChanged({
      added: namesOf(changes?.added),
      changed: namesOf(changes?.changed.map(({ after }) => after)),
      removed: namesOf(changes?.removed),
      needsRestart: meaning.needsRestart(this.#plan, plan),
    });
    this.#plan = plan;
  }

  /** No more changes. */
  [Symbol.dispose](): void {
    this.#live?.[Symbol.dispose]();
  }
}

const namesOf = (plans: readonly { readonly name: string }[] = []): readonly string[] => plans.map(({ name }) => name);
