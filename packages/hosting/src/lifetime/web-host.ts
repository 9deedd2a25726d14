import { longestTimer, settledOrAborted, whenAborted } from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import type { FeatureCollection } from '@windhover/features';
import {
  ApplicationBuilder,
  type ApplicationLifetime,
  ApplicationLifetimeFeature,
  type HttpApplication,
  type HttpContext,
  LoggerFeature,
  PendingWorkFeature,
  ReadinessFeature,
  ServerAddressesFeature,
} from '@windhover/http';
import {
  type ConnectionCounters,
  ConnectionCountersFeature,
  type ServerOptions,
  WindhoverServer,
} from '@windhover/server';
import type { HostLifetime } from './application-lifetime.ts';
import type { AppliedSettings } from '../settings/applied-settings.ts';
import type { BackgroundServiceSource } from './background-service.ts';
import { BackgroundWork } from './background-work.ts';
import { type Deadline, deadline, graceAfter } from './deadline.ts';
import { HostError } from '../errors.ts';
import type { HostEnvironment } from './host-environment.ts';
import type { HostLog, WaitedFor } from '../logging/host-log.ts';
import type { HostServer, ServerFactory } from '../builder/host-server.ts';
import type { HttpsProvider } from '../builder/https-provider.ts';
import type { Logger } from '../logging/logger.ts';
import { logRefusals } from '../logging/refusal-log.ts';
import { endProcessAfter } from './process-end.ts';
import { type ProcessAttachment, type Siblings, attachToProcess } from './process-attachment.ts';
import { PendingWork } from './pending-work.ts';
import { type ReloadHook, ReloadHooks } from './reload-hooks.ts';
import { type ServiceProvider, ServicesFeature } from '../services/service-provider.ts';
import type { Services } from '../services/services.ts';
import type { HostPlan } from '../settings/index.ts';
import { isSupervisedWorker } from './supervised-process.ts';
import type { UnhandledErrorPolicy } from './unhandled-errors.ts';
import { explainIfUncaught } from './start-failure.ts';
import { SystemdNotify } from './systemd-notify.ts';

const hostReloaded = channels['windhover:host:reloaded'];

/** Milliseconds of a stop after which the log says what it waits for. */
const waitingNotice = 1000;

/** Milliseconds after the deadline that background services and services have to end. */
const stopGrace = 1000;

/** Adds middleware and the handler. May be asynchronous; the start awaits it. */
export type ConfigureApplication = (app: ApplicationBuilder) => void | Promise<void>;

/** The parts from which `WebHostBuilder` creates a host. */
export interface WebHostParts {
  readonly server: HostServer;
  /** Options of the server, for a replacement. */
  readonly serverOptions: ServerOptions;
  /** Provides TLS to endpoints for which code has set none. */
  readonly httpsProvider: HttpsProvider | undefined;
  /** Other processes of the application; set by `run`. */
  readonly siblings: Siblings;
  /** Addresses to use if the server has none. */
  readonly urls: readonly string[];
  readonly configure: readonly ConfigureApplication[];
  readonly services: Services;
  readonly backgroundServices: readonly BackgroundServiceSource[];
  readonly logger: Logger;
  /** Log messages of the host itself. */
  readonly log: HostLog;
  /** `undefined` if no settings were loaded. */
  readonly settings: AppliedSettings | undefined;
  /** The host plan computed from the settings. */
  readonly plan: HostPlan | undefined;
  readonly environment: HostEnvironment;
  readonly lifetime: HostLifetime;
  /** Milliseconds, or `Infinity`. */
  readonly shutdownTimeout: number;
  /** Milliseconds. */
  readonly drainDelay: number;
  readonly unhandledErrors: UnhandledErrorPolicy;
  /** Number of serving processes when the host runs. */
  readonly threadCount: number;
}

/**
 * An application and the server it runs on, started and stopped together. Created by `WebHostBuilder.build`.
 *
 * Source: ASP.NET Core `IWebHost`
 */
export class WebHost implements AsyncDisposable {
  static #hasRun = false;
  readonly #parts: WebHostParts;
  readonly #lifetime: HostLifetime;
  readonly #background: BackgroundWork;
  readonly #reloads: ReloadHooks;
  readonly #log: HostLog;
  readonly #pendingWork: PendingWork = new PendingWork();
  #server: HostServer;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** The end of the time for running work, from the first call of `stop` on. */
  #end: Deadline | undefined;
  #refusals: Disposable | undefined;
  #isCutOff = false;
  #startError: unknown;
  #hasFailed = false;
  #isToldToStop = false;
  #serviceManager: SystemdNotify | undefined;

  constructor(parts: WebHostParts) {
    this.#parts = parts;
    this.#server = parts.server;
    this.#lifetime = parts.lifetime;
    this.#lifetime.onStopRequested(() => void this.stop());
    this.#log = parts.log;
    this.#background = new BackgroundWork(parts.backgroundServices, {
      failed: (service, error) => {
        this.#log.backgroundServiceFailed(service, error);
        this.#fail();
      },
      stopFailed: (service, error) => this.#log.backgroundServiceStopFailed(service, error),
    });
    this.#reloads = new ReloadHooks((error) => this.#log.reloadFailed(error));
    const { settings } = parts;
    if (settings !== undefined) this.#reloads.add(() => settings.reload());
    this.features.set(ServicesFeature, parts.services);
    this.features.set(LoggerFeature, parts.logger);
    this.features.set(PendingWorkFeature, this.#pendingWork);
    this.features.set(ReadinessFeature, this.#lifetime);
    this.features.set(ApplicationLifetimeFeature, this.#lifetime);
  }

  /** The features of the server, including `ServerAddressesFeature`, `ServicesFeature` and `ReadinessFeature`. */
  get features(): FeatureCollection {
    return this.#server.features;
  }

  /** Before the start the requested addresses, after it the bound ones, e.g. `http://localhost:5000`. */
  get addresses(): readonly string[] {
    return this.features.get(ServerAddressesFeature)?.addresses ?? [];
  }

  get services(): ServiceProvider {
    return this.#parts.services;
  }

  get lifetime(): ApplicationLifetime {
    return this.#lifetime;
  }

  get environment(): HostEnvironment {
    return this.#parts.environment;
  }

  /** A snapshot of the server's connection counters; `undefined` for a server without counters. */
  get counters(): ConnectionCounters | undefined {
    return this.features.get(ConnectionCountersFeature)?.counters;
  }

  /** The logger of the host. */
  get logger(): Logger {
    return this.#parts.logger;
  }

  /**
   * Replaces the server before the start. The new one gets the same options, except for endpoints and addresses, which
   * it adds itself. Features of the host stay. Test servers use this.
   *
   * @throws HostError `HOSTING_ALREADY_STARTED`
   * Source: ASP.NET Core `WebApplicationFactory`, which replaces `IServer`
   */
  replaceServer(create: ServerFactory): this {
    if (this.#starting !== undefined || this.#stopping !== undefined) throw new HostError('HOSTING_ALREADY_STARTED');
    this.#server = create({ ...this.#parts.serverOptions, features: this.features });
    this.#parts.settings?.leaveEndpoints();
    return this;
  }

  // Start

  /**
   * Starts the host: creates asynchronous services, builds the pipeline, starts background services and binds all
   * addresses, in this order. If a step fails, nothing listens and started services are stopped.
   *
   * @throws HostError `HOSTING_ALREADY_STARTED`, `HOSTING_NO_APPLICATION`
   * @throws Error of `configure`, of a service, or of `WindhoverServer.start` for addresses
   */
  start(): Promise<void> {
    if (this.#starting !== undefined || this.#stopping !== undefined) {
      return Promise.reject(new HostError('HOSTING_ALREADY_STARTED'));
    }
    this.#refusals = logRefusals(this.#parts.logger, this.features);
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { services, settings } = this.#parts;
    try {
      this.#addUrls();
      await services.createAsync();
      const application = await this.#createApplication();
      await this.#background.start(services, this.#lifetime.stopping);
      await settings?.addEndpoints();
      await this.#server.start(application);
    } catch (error) {
      const end = deadline(this.#parts.shutdownTimeout);
      await this.#stopWork(end.signal);
      end.clear();
      throw error;
    }
    this.#lifetime.notifyStarted();
    if (!this.lifetime.stopping.aborted) settings?.watch();
  }

  /** Addresses set on the server override the addresses of the builder. */
  #addUrls(): void {
    if (this.#server !== this.#parts.server) return;
    const addresses = this.features.get(ServerAddressesFeature);
    if (addresses === undefined || addresses.addresses.length > 0) return;
    for (const url of this.#parts.urls) addresses.add(url);
  }

  async #createApplication(): Promise<HttpApplication<HttpContext>> {
    if (this.#parts.configure.length === 0) throw new HostError('HOSTING_NO_APPLICATION');
    const app = new ApplicationBuilder(this.features);
    for (const configure of this.#parts.configure) await configure(app);
    return app.toApplication();
  }

  // Stop

  /**
   * Stops the host. It reports that it is not ready, still accepts for the drain delay, and then accepts nothing new.
   * Running requests, and work after responses, may complete until the shutdown timeout passes or the signal aborts;
   * the rest is aborted. Then background services stop and services are disposed, in reverse order. A second call waits
   * for the first; its signal counts, too.
   *
   * @param signal ends the wait before the shutdown timeout
   */
  stop(signal?: AbortSignal): Promise<void> {
    const end = (this.#end ??= deadline(this.#parts.shutdownTimeout));
    if (signal !== undefined) end.follow(signal);
    return this.#stopping ?? this.#beginStop(end);
  }

  /** Listeners of `stopping` are called before this returns, and may call `stop` themselves. */
  #beginStop(end: Deadline): Promise<void> {
    let follow!: (work: Promise<void>) => void;
    this.#stopping = new Promise((resolve) => (follow = resolve));
    follow(this.#stop(end));
    return this.#stopping;
  }

  async #stop(end: Deadline): Promise<void> {
    this.#lifetime.notifyStopping();
    this.#parts.settings?.[Symbol.dispose]();
    // A server that is still starting would continue to bind.
    await settledOrAborted(this.#starting, end.signal);
    await this.#delayDrain(end.signal);
    await this.#stopServer(end.signal);
    await settledOrAborted(this.#pendingWork.whenEmpty(), end.signal);
    if (end.isTimeUp) {
      this.#isCutOff = true;
      this.#log.cutOff();
    }
    await this.#stopWork(end.signal);
    end.clear();
    this.#lifetime.notifyStopped();
  }

  /** Load balancers see that the host is not ready and send requests elsewhere before they would be refused. */
  async #delayDrain(end: AbortSignal): Promise<void> {
    if (this.#parts.drainDelay === 0 || !this.#lifetime.started.aborted) return;
    const delay = deadline(this.#parts.drainDelay, end);
    await whenAborted(delay.signal);
    delay.clear();
  }

  async #stopServer(end: AbortSignal): Promise<void> {
    try {
      await this.#server.stop(end);
    } catch (error) {
      this.#hasFailed = true;
      this.#log.serverStopFailed(error);
    }
  }

  /** Stops background services and disposes services. It does not wait longer than a grace period after the deadline. */
  async #stopWork(end: AbortSignal): Promise<void> {
    const grace = graceAfter(end, stopGrace);
    await this.#background.stop(end, grace.signal);
    this.#refusals?.[Symbol.dispose]();
    const disposing = this.#parts.services.dispose((service, error) => this.#log.disposeFailed(service, error));
    await settledOrAborted(disposing, grace.signal);
    grace.clear();
  }

  /** Stops the host because it cannot continue. */
  #fail(): void {
    this.#hasFailed = true;
    this.#lifetime.stopApplication();
  }

  /** Same as `stop` without a signal. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // Reload

  /** Adds a hook that `reload` calls, or SIGHUP while the host runs. @returns a function that removes it */
  onReload(hook: ReloadHook): () => void {
    return this.#reloads.add(hook);
  }

  /**
   * Calls the hooks of `onReload`, one after the other. A hook that throws is logged, and the others still run.
   *
   * @returns whether every hook succeeded
   */
  async reload(): Promise<boolean> {
    void this.#serviceManager?.reloading();
    const succeeded = await this.#reloads.reload();
    void this.#serviceManager?.ready();
    if (hostReloaded.hasSubscribers) hostReloaded.publish({ features: this.features, succeeded });
    if (this.#reloads.isEmpty) this.#log.nothingToReload();
    else if (succeeded) this.#log.reloaded();
    return succeeded;
  }

  // Run

  /**
   * Whether `run` of any host was called in this process. A command that loaded such a program does not run a host
   * itself.
   */
  static get hasRun(): boolean {
    return WebHost.#hasRun;
  }

  /**
   * Starts the host, unless it has been started, logs its addresses, and resolves when it has stopped. It stops on
   * SIGINT, SIGTERM or SIGQUIT, `lifetime.stopApplication`, `stop`, or a fatal failure, for which it sets exit code 1.
   * With a thread count above 1 it starts that many processes of this program, which do the same, and serves nothing
   * itself.
   * A second signal ends the process at once with code 128 + signal. One second after the shutdown timeout the process
   * ends in any case.
   *
   * A program that does not catch the error of a failed start ends with one sentence and exit code 1; with `--verbose`
   * or `WINDHOVER_VERBOSE=1` it prints stack traces.
   *
   * @throws Error of `start`
   */
  async run(): Promise<void> {
    WebHost.#hasRun = true;
    if (startsThreads(this.#parts.threadCount)) return runThreads(this.#parts);
    const attachment = await this.#attachToProcess();
    this.#parts.siblings.addresses = () => attachment.siblingAddresses();
    // Not every listener keeps the process alive, e.g. a memory listener.
    const keptAlive = setInterval(() => {}, longestTimer);
    try {
      await this.#startIn(attachment);
      await whenAborted(this.lifetime.stopping);
      if (attachment.announces) this.#log.stopping();
      // A worker may be replaced while the service keeps running.
      if (!isSupervisedWorker()) void this.#serviceManager?.stopping();
      if (!this.#isToldToStop && !this.#hasFailed) attachment.stopsItself();
      await this.#stopAndTell();
    } finally {
      clearInterval(keptAlive);
      attachment.detach();
      if (this.#startError !== undefined) explainIfUncaught(this.#startError);
      if (this.#isCutOff) this.#endProcessAfter(0);
      if (this.#hasFailed) {
        process.exitCode = 1;
        attachment.failed();
      }
    }
  }

  /** Stops the host, and logs what it waits for if that takes more than a moment. */
  async #stopAndTell(): Promise<void> {
    const notice = setTimeout(() => this.#log.waiting(this.#waitedFor(), this.#parts.shutdownTimeout), waitingNotice);
    try {
      await this.stop();
    } finally {
      clearTimeout(notice);
    }
  }

  #waitedFor(): WaitedFor {
    const endpoints = this.#server instanceof WindhoverServer ? this.#server.drainingEndpoints : [];
    return {
      connections: this.features.get(ConnectionCountersFeature)?.counters.current ?? 0,
      endpoints: endpoints.filter(({ connectionCount }) => connectionCount > 0).map(({ name }) => name),
      services: this.#background.running,
    };
  }

  async #startIn(attachment: ProcessAttachment): Promise<void> {
    try {
      await (this.#starting ?? this.start());
    } catch (error) {
      attachment.startFailed(error);
      this.#startError = error;
      throw error;
    }
    if (this.lifetime.stopping.aborted) return;
    attachment.started(this.addresses);
    if (!attachment.announces) return;
    this.#log.started(this.addresses, this.environment);
    this.#serviceManager = SystemdNotify.ofProcess((error) => this.#log.notifyFailed(error));
    void this.#serviceManager?.ready();
  }

  #attachToProcess(): Promise<ProcessAttachment> {
    const unhandledError = (error: unknown): void => {
      this.#log.unhandledError(error);
      this.#fail();
    };
    return attachToProcess({
      stop: (end) => {
        this.#isToldToStop = true;
        this.#endProcessAfter(this.#parts.shutdownTimeout);
        return this.stop(end);
      },
      reload: () => void this.reload(),
      shareKeys: (keys) => this.#parts.httpsProvider?.shareTicketKeys?.(keys),
      failed: this.#parts.unhandledErrors === 'stop' ? unhandledError : undefined,
    });
  }

  #endProcessAfter(milliseconds: number): void {
    endProcessAfter(milliseconds, (resources) => this.#log.processHeld(resources));
  }
}

/** Whether this process starts workers instead of serving itself. */
const startsThreads = (threadCount: number): boolean => threadCount > 1 && !isSupervisedWorker();

/** Runs this program in several processes that share the listening sockets. Sets the exit code when all have ended. */
const runThreads = async ({ logger, shutdownTimeout, threadCount }: WebHostParts): Promise<void> => {
  const { Supervisor } = await import('@windhover/supervisor');
  process.exitCode = await new Supervisor({ logger, shutdownTimeout, threadCount }).run();
};
