import type { Configuration, LiveConfiguration } from '@windhover/configuration';
import type { WindhoverServer } from '@windhover/server';
import type { ConsoleLogger } from '../logging/console-logger.ts';
import type { HostLog } from '../logging/host-log.ts';
import type { LoadedSettings } from './loaded-settings.ts';
import type {
  AddHttps,
  AppliedChanges,
  EndpointDefaultsPlan,
  HostPlan,
  HostSettings,
  RunningEndpoints,
} from './index.ts';

/**
 * Milliseconds after the start before files are watched, so that the first requests do not wait for the loading of that
 * code.
 */
const watchDelay = 100;

/** The running parts of a host that settings change. */
export interface SettingsTarget {
  /** `undefined` if another server was installed: it decides where it listens. */
  readonly server: WindhoverServer | undefined;
  /** The logger of the host if the settings control its levels. */
  readonly logger: ConsoleLogger | undefined;
  readonly addHttps: AddHttps;
  /** Sets the defaults of endpoints that open from now on, and returns the ones before. */
  readonly useEndpointDefaults: (defaults: EndpointDefaultsPlan | undefined) => EndpointDefaultsPlan | undefined;
  readonly hasCodeEndpoints: boolean;
}

/** The settings in effect, and their changes while the host runs. */
export class AppliedSettings implements Disposable {
  readonly #loaded: LoadedSettings;
  readonly #target: SettingsTarget;
  #server: WindhoverServer | undefined;
  readonly #log: HostLog;
  /** The plan of the start, to which all settings that need a restart still belong. */
  readonly #started: HostPlan | undefined;
  #endpoints: RunningEndpoints | undefined;
  #live: LiveConfiguration<never> | undefined;
  #watchTimer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  /** @param plan `undefined` without settings */
  constructor(loaded: LoadedSettings, plan: HostPlan | undefined, target: SettingsTarget, log: HostLog) {
    this.#loaded = loaded;
    this.#started = plan;
    this.#target = target;
    this.#server = target.server;
    this.#log = log;
  }

  /** Leaves the endpoints alone, because another server has replaced the one of the host. */
  leaveEndpoints(): void {
    this.#server = undefined;
  }

  /** Adds the endpoints of the settings to a server that is about to start. */
  async addEndpoints(): Promise<void> {
    if (this.#started === undefined) return;
    for (const warning of this.#started.warnings) this.#log.settingsWarning(warning);
    // A host passes the addresses to a server of another kind itself.
    if (this.#target.server === undefined && this.#started.endpoints.length > 0 && !this.#started.hasAddresses) {
      this.#log.settingsWarning('server.endpoints: ignored, because the server factory has created another server');
    }
    (await this.#runningEndpoints())?.add(this.#started.endpoints);
  }

  async #runningEndpoints(): Promise<RunningEndpoints | undefined> {
    const server = this.#server;
    if (server === undefined) return undefined;
    const { meaning } = await this.#loaded.reader();
    return (this.#endpoints ??= new meaning.RunningEndpoints(server, this.#target.addHttps));
  }

  /** Watches the files, starting shortly after the call. A change made in the meantime is applied, too. */
  watch(): void {
    this.#watchTimer = setTimeout(() => {
      this.#watch().catch((error: unknown) => this.#log.reloadFailed(error));
    }, watchDelay).unref();
  }

  async #watch(): Promise<void> {
    const live = await this.#liveConfiguration();
    if (!this.#isDisposed) await live.watch();
  }

  /**
   * Reads the settings again and applies all changes that a running host supports.
   *
   * @throws ConfigurationError they cannot be read; the previous settings stay in effect
   */
  async reload(): Promise<void> {
    const live = await this.#liveConfiguration();
    let failure: { readonly error: unknown } | undefined;
    await live.reload((error) => void (failure = { error }));
    if (failure !== undefined) throw failure.error;
  }

  async #liveConfiguration(): Promise<LiveConfiguration<never>> {
    const [{ source }, { LiveConfiguration }] = await Promise.all([
      this.#loaded.reader(),
      import('@windhover/configuration'),
    ]);
    return (this.#live ??= new LiveConfiguration(source.options as never, this.#loaded.configuration as never, {
      onChanged: (next: Configuration<HostSettings>, current: Configuration<HostSettings>) =>
        this.#change(next, current),
      onFilesMissing: (error) => this.#log.settingsFilesMissing(error),
      onFailed: (error) => this.#log.reloadFailed(error),
    }));
  }

  async #change(next: Configuration<HostSettings>, current: Configuration<HostSettings>): Promise<void> {
    const { meaning } = await this.#loaded.reader();
    const context = { contentRoot: this.#loaded.contentRoot, hasCodeEndpoints: this.#target.hasCodeEndpoints };
    const started = this.#started ?? meaning.planHost(this.#loaded.configuration, context);
    const plan = meaning.planHost(next, context);
    const isLeftWithout = plan.endpoints.length === 0 && started.endpoints.length > 0 && !context.hasCodeEndpoints;
    const changes = isLeftWithout ? undefined : await this.#changeEndpoints(plan);
    this.#target.logger?.changeLevels(plan.logging);
    for (const warning of plan.warnings) this.#log.settingsWarning(warning);
    if (process.getBuiltinModule('node:util').isDeepStrictEqual(next.values, current.values)) return;
    this.#log.settingsChanged({
      added: namesOf(changes?.added),
      changed: namesOf(changes?.changed.map(({ after }) => after)),
      removed: namesOf(changes?.removed),
      // A restart would listen on the addresses of code or the default one. Until then the host must listen somewhere.
      needsRestart: [...(isLeftWithout ? [addressSettings] : []), ...meaning.needsRestart(started, plan)],
    });
  }

  async #changeEndpoints({ endpoints, endpointDefaults }: HostPlan): Promise<AppliedChanges | undefined> {
    const running = await this.#runningEndpoints();
    const before = this.#target.useEndpointDefaults(endpointDefaults);
    try {
      return await running?.change(endpoints);
    } catch (error) {
      this.#target.useEndpointDefaults(before);
      throw error;
    }
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#watchTimer);
    this.#live?.[Symbol.dispose]();
  }
}

/** For the log: the settings that say where to listen. */
const addressSettings = 'urls, ports or server.endpoints';

const namesOf = (plans: readonly { readonly name: string }[] = []): readonly string[] => plans.map(({ name }) => name);
