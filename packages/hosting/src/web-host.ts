import type { FeatureCollection } from '@windhover/features';
import { ApplicationBuilder, type HttpApplication, type HttpContext, pipelineApplication } from '@windhover/http';
import { ServerAddressesFeature } from '@windhover/server';
import { type ApplicationLifetime, HostLifetime } from './application-lifetime.ts';
import { deadline } from './deadline.ts';
import { HostError } from './errors.ts';
import type { HostServer } from './host-server.ts';
import type { Logger } from './logger.ts';
import { onShutdownSignal } from './shutdown-signals.ts';
import { whenAborted } from './when-aborted.ts';

/** Milliseconds. Source: ASP.NET Core `HostOptions.ShutdownTimeout` */
export const defaultShutdownTimeout = 30_000;

/** Adds middleware and the handler; may be asynchronous, and the start waits for it. */
export type ConfigureApplication = (app: ApplicationBuilder) => void | Promise<void>;

/** What `WebHostBuilder` makes a host of. */
export interface WebHostParts {
  readonly server: HostServer;
  /** Lists of addresses, used unless the server has been given some. */
  readonly urls: readonly string[];
  readonly configure: readonly ConfigureApplication[];
  readonly logger: Logger;
  /** Milliseconds, or `Infinity`. */
  readonly shutdownTimeout: number;
}

/**
 * An application, the server it runs on, and their life together. Made by `WebHostBuilder.build`.
 *
 * Source: ASP.NET Core `IWebHost`
 */
export class WebHost implements AsyncDisposable {
  readonly #parts: WebHostParts;
  readonly #lifetime: HostLifetime;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: WebHostParts) {
    this.#parts = parts;
    this.#lifetime = new HostLifetime(() => void this.stop().catch((error) => this.#stopFailed(error)));
  }

  /** The features of the server, `ServerAddressesFeature` among them. */
  get features(): FeatureCollection {
    return this.#parts.server.features;
  }

  /** Before the start what is to be bound, after it what is, e.g. `http://localhost:5000`. */
  get addresses(): readonly string[] {
    return this.features.get(ServerAddressesFeature)?.addresses ?? [];
  }

  get lifetime(): ApplicationLifetime {
    return this.#lifetime;
  }

  /** Where the host reports. */
  get logger(): Logger {
    return this.#parts.logger;
  }

  // Start

  /**
   * Builds the pipeline and binds every address. When it fails, nothing listens.
   *
   * @throws HostError `HOST_ALREADY_STARTED`, `HOST_NO_APPLICATION`
   * @throws Error what `configure` threw, and what `WindhoverServer.start` throws for addresses
   */
  start(): Promise<void> {
    if (this.#starting !== undefined || this.#stopping !== undefined) {
      return Promise.reject(new HostError('HOST_ALREADY_STARTED'));
    }
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#addUrls();
    const application = await this.#createApplication();
    await this.#parts.server.start(application);
    this.#lifetime.notifyStarted();
  }

  /** Addresses that somebody has given to the server itself go before those of the builder. */
  #addUrls(): void {
    const addresses = this.features.get(ServerAddressesFeature);
    if (addresses === undefined || addresses.addresses.length > 0) return;
    for (const url of this.#parts.urls) addresses.add(url);
  }

  async #createApplication(): Promise<HttpApplication<HttpContext>> {
    if (this.#parts.configure.length === 0) throw new HostError('HOST_NO_APPLICATION');
    const app = new ApplicationBuilder(this.features);
    for (const configure of this.#parts.configure) await configure(app);
    return pipelineApplication(app.build());
  }

  // Stop

  /**
   * Stops: nothing new is accepted, what runs may end until the shutdown timeout is over or the signal aborts, and
   * what is left is cut off. A second call waits for the first.
   *
   * @param signal ends the waiting before the shutdown timeout
   */
  stop(signal?: AbortSignal): Promise<void> {
    return (this.#stopping ??= this.#stop(signal));
  }

  async #stop(signal: AbortSignal | undefined): Promise<void> {
    const end = deadline(this.#parts.shutdownTimeout, signal);
    this.#lifetime.notifyStopping();
    try {
      // A server in the middle of its start would go on to bind.
      await Promise.race([this.#starting?.catch(() => {}), whenAborted(end.signal)]);
      await this.#parts.server.stop(end.signal);
    } finally {
      end.clear();
      this.#lifetime.notifyStopped();
    }
  }

  #stopFailed(error: unknown): void {
    this.logger.error({ err: error }, 'The host could not stop');
  }

  /** As `stop` without a signal. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // Run

  /**
   * Starts the host, unless it has been started, says so, and resolves when it has stopped: after SIGINT, SIGTERM or
   * SIGQUIT, `lifetime.stopApplication` or `stop`. A second signal ends the process at once with the code 128 + signal.
   *
   * @throws Error what `start` throws
   */
  async run(): Promise<void> {
    const removeHandlers = onShutdownSignal(
      () => this.#lifetime.stopApplication(),
      (exitCode) => process.exit(exitCode),
    );
    const keptAlive = setInterval(() => {}, longestTimer);
    try {
      await (this.#starting ?? this.start());
      if (!this.lifetime.stopping.aborted) this.#announceStart();
      await whenAborted(this.lifetime.stopping);
      this.logger.info({}, 'Application is shutting down...');
      await this.stop();
    } finally {
      clearInterval(keptAlive);
      removeHandlers();
    }
  }

  #announceStart(): void {
    for (const address of this.addresses) this.logger.info({ address }, `Now listening on: ${address}`);
    this.logger.info({}, 'Application started. Press Ctrl+C to shut down.');
  }
}

/** Milliseconds; what listens need not be something that keeps the process alive, e.g. a transport in memory. */
const longestTimer = 2 ** 31 - 1;
