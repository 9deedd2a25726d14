import { resolve } from 'node:path';
import type { HttpProtocol } from '@windhover/http';
import { type ServerOptions, WindhoverServer } from '@windhover/server';
import { type Transport, longestTimer, shownValue } from '@windhover/connections';
import { HostLifetime } from '../lifetime/application-lifetime.ts';
import { AppliedSettings } from '../settings/applied-settings.ts';
import type { BackgroundServiceSource } from '../lifetime/background-service.ts';
import { childLogger } from '../logging/child-logger.ts';
import { consoleLogger } from '../logging/console-logger.ts';
import { defaultSettings } from '../settings/default-settings.ts';
import { HostError } from '../errors.ts';
import { type HostEnvironment, isDevelopment } from '../lifetime/host-environment.ts';
import { HostLog } from '../logging/host-log.ts';
import type { HostServer, ServerFactory } from './host-server.ts';
import { hostServices } from '../services/host-services.ts';
import { EndpointHttps } from './endpoint-https.ts';
import type { HttpsProvider } from './https-provider.ts';
import type { LoadedSettings } from '../settings/loaded-settings.ts';
import type { Logger } from '../logging/logger.ts';
import { serverLog } from '../logging/server-log.ts';
import { ServerSetup } from './server-setup.ts';
import { ServiceCollection } from '../services/service-collection.ts';
import { Services } from '../services/services.ts';
import type { HostPlan } from '../settings/index.ts';
import type { UnhandledErrorPolicy } from '../lifetime/unhandled-errors.ts';
import { isFirstProcess, supervisedThread } from '../lifetime/supervised-process.ts';
import type { Siblings } from '../lifetime/process-attachment.ts';
import { type ConfigureApplication, WebHost, type WebHostParts } from '../lifetime/web-host.ts';

/**
 * Collects the parts of a host and builds it. A transport and a protocol are required.
 *
 * Source: ASP.NET Core `IWebHostBuilder`
 */
export class WebHostBuilder {
  /** Singletons of the application. Get them from `host.services`, or in a handler from `servicesOf(context)`. */
  readonly services: ServiceCollection = new ServiceCollection();
  readonly #transports: Transport[] = [];
  readonly #protocols: HttpProtocol[] = [];
  readonly #serverSetups: ((options: ServerSetup) => void)[] = [];
  readonly #configure: ConfigureApplication[] = [];
  #serverFactory: ServerFactory | undefined;
  #settings: LoadedSettings | undefined;
  #httpsProvider: HttpsProvider | undefined;
  #urls: readonly string[] = [];
  #logger: Logger | undefined;
  readonly #backgroundServices: BackgroundServiceSource[] = [];
  #environmentName = defaultSettings.environment;
  #contentRoot = defaultSettings.contentRoot;
  #shutdownTimeout = defaultSettings.shutdownTimeout;
  #drainDelay = defaultSettings.drainDelay;
  #unhandledErrors: UnhandledErrorPolicy = 'stop';
  #isBuilt = false;

  /** Changes options of the server and adds endpoints. Callbacks run at `build`, in the order of the calls. */
  useServer(configure: (options: ServerSetup) => void): this {
    this.#serverSetups.push(configure);
    return this;
  }

  /**
   * Replaces `WindhoverServer` by another server, or creates it by hand. The factory receives all options of the
   * builder except endpoints; it adds those itself.
   */
  useServerFactory(create: ServerFactory): this {
    this.#serverFactory = create;
    return this;
  }

  /** Adds a transport. For each endpoint, the transports are tried in reverse order of addition. */
  useTransport(transport: Transport): this {
    this.#transports.unshift(transport);
    return this;
  }

  /** Adds a protocol. It replaces one with the same ALPN name. */
  useProtocol(protocol: HttpProtocol): this {
    const at = this.#protocols.findIndex(({ alpn }) => alpn === protocol.alpn);
    if (at === -1) this.#protocols.push(protocol);
    else this.#protocols[at] = protocol;
    return this;
  }

  /**
   * Sets the addresses to listen on. The last call wins; the default is `http://localhost:5000`. Checked at the start.
   *
   * @param urls each an address, or several separated by `;`
   * @throws TypeError for a value that is not a string
   */
  useUrls(...urls: string[]): this {
    for (const url of urls) {
      if (typeof url === 'string') continue;
      throw new TypeError(
        `useUrls takes addresses, e.g. "http://localhost:5000"; received a value of the type ${typeof url}.`,
      );
    }
    this.#urls = urls;
    return this;
  }

  /**
   * Sets the logger of the host. Default `consoleLogger()`.
   *
   * @throws TypeError for a value without the methods of a logger
   */
  useLogger(logger: Logger): this {
    for (const method of ['debug', 'info', 'warn', 'error'] as const) {
      if (typeof (logger as Partial<Logger> | undefined)?.[method] === 'function') continue;
      throw new TypeError(
        `useLogger takes a logger with the methods debug, info, warn and error; received a value without ${method}.`,
      );
    }
    this.#logger = logger;
    return this;
  }

  /**
   * Applies settings that were loaded. They override values set in code; a value that no source sets keeps its value
   * from code. Their files are watched while the host runs.
   */
  useSettings(settings: LoadedSettings): this {
    this.#settings = settings;
    return this;
  }

  /** Sets the provider of TLS for endpoints of settings and for https addresses. */
  useHttpsProvider(provider: HttpsProvider): this {
    this.#httpsProvider = provider;
    return this;
  }

  /** Adds several services. Source: ASP.NET Core `IWebHostBuilder.ConfigureServices` */
  configureServices(configure: (services: ServiceCollection) => void): this {
    configure(this.services);
    return this;
  }

  /**
   * Adds work that runs beside the requests. Services start in the order of the calls, before the host listens, and
   * stop in reverse order, after the last request.
   */
  useBackgroundService(service: BackgroundServiceSource): this {
    this.#backgroundServices.push(service);
    return this;
  }

  /** Sets the name of the environment, e.g. `development`. Default `production`. */
  useEnvironment(name: string): this {
    this.#environmentName = name;
    return this;
  }

  /** Sets the folder that relative paths of the application are resolved against. Default the current directory. */
  useContentRoot(path: string): this {
    this.#contentRoot = path;
    return this;
  }

  /**
   * Sets how long a stopping host waits for running requests, including the drain delay.
   *
   * @param milliseconds from 0 on, or `Infinity`; default 30,000, as in ASP.NET Core
   * @throws RangeError for another value
   */
  useShutdownTimeout(milliseconds: number): this {
    if (milliseconds !== Infinity) checkTimer('useShutdownTimeout', milliseconds, ', or Infinity');
    this.#shutdownTimeout = milliseconds;
    return this;
  }

  /**
   * Sets how long a stopping host still accepts connections while it reports that it is not ready. Load balancers can
   * then notice it first. Default 0 milliseconds.
   *
   * @throws RangeError for a value below 0 or too long for a timer
   */
  useDrainDelay(milliseconds: number): this {
    checkTimer('useDrainDelay', milliseconds);
    this.#drainDelay = milliseconds;
    return this;
  }

  /**
   * Sets how `run` handles uncaught errors and rejections. Default `stop`.
   *
   * @throws RangeError for another value than `stop` and `crash`
   */
  useUnhandledErrors(policy: UnhandledErrorPolicy): this {
    if (policy !== 'stop' && policy !== 'crash') {
      throw new RangeError(`useUnhandledErrors takes "stop" or "crash"; received ${shownValue(policy)}`);
    }
    this.#unhandledErrors = policy;
    return this;
  }

  /** Adds to the pipeline that answers requests. Callbacks run once, when the host starts, in the order of the calls. */
  configure(configure: ConfigureApplication): this {
    this.#configure.push(configure);
    return this;
  }

  /**
   * Builds the host. A builder can build only one.
   *
   * @throws HostError `HOSTING_ALREADY_BUILT`, `HOSTING_ENDPOINTS_NOT_USED`
   * @throws HttpError `HTTP_LIMIT_INVALID`
   * @throws RangeError `threadCount` is out of range
   */
  build(): WebHost {
    return new WebHost(this.createParts());
  }

  /** The parts of the host, for builders that create another kind of host. */
  protected createParts(): WebHostParts {
    if (this.#isBuilt) throw new HostError('HOSTING_ALREADY_BUILT');
    this.#isBuilt = true;
    const setup = this.#setUpServer();
    const hasCodeEndpoints = setup.hasEndpoints;
    const plan = this.#settings?.plan(hasCodeEndpoints);
    const ownLogger = this.#logger === undefined ? consoleLogger(plan?.logging) : undefined;
    const logger = workerLogger(this.#logger ?? ownLogger!);
    const log = new HostLog(logger);
    const lifetime = new HostLifetime();
    const environment = this.#chooseEnvironment();
    const services = this.#createServices(logger, lifetime, environment);
    const siblings: Siblings = { addresses: () => [] };
    const https = this.#createHttps(setup, environment);
    const serverOptions = this.#serverOptions(setup, plan, logger, https, siblings);
    const server = this.#createServer(setup, serverOptions);
    const ownServer = server instanceof WindhoverServer ? server : undefined;
    const target = {
      server: ownServer,
      logger: ownLogger,
      addHttps: https.addTo.bind(https),
      useEndpointDefaults: setup.useDefaultsOfSettings.bind(setup),
      hasCodeEndpoints,
    };
    return {
      server,
      serverOptions,
      httpsProvider: this.#httpsProvider,
      siblings,
      urls: this.#requestedUrls(plan, ownServer),
      configure: this.#configure,
      services,
      backgroundServices: this.#backgroundServices,
      logger,
      log,
      settings: this.#settings && new AppliedSettings(this.#settings, plan, target, log),
      plan,
      environment,
      lifetime,
      shutdownTimeout: this.#chosen('shutdownTimeout', plan?.shutdownTimeout, this.#shutdownTimeout),
      drainDelay: this.#chosen('drainDelay', plan?.drainDelay, this.#drainDelay),
      unhandledErrors: this.#unhandledErrors,
      threadCount: threadCountOf(this.#chosen('threads', plan?.threads, setup.threadCount)),
    };
  }

  #chooseEnvironment(): HostEnvironment {
    return {
      name: this.#chosen('environment', this.#settings?.environment, this.#environmentName),
      contentRoot: this.#chosen('contentRoot', this.#settings?.contentRoot, resolve(this.#contentRoot)),
    };
  }

  /** The value of the settings if a source sets it, otherwise the value set in code. */
  #chosen<T>(key: string, setting: T | undefined, own: T): T {
    return setting !== undefined && this.#settings!.isSet(key) ? setting : own;
  }

  /** Addresses for the server. Addresses of settings are endpoints of `WindhoverServer`; it warns beside other endpoints. */
  #requestedUrls(plan: HostPlan | undefined, server: WindhoverServer | undefined): readonly string[] {
    if (plan?.hasAddresses !== true) return this.#urls;
    return server === undefined ? plan.endpoints.map(({ url }) => url) : [];
  }

  #createServices(logger: Logger, lifetime: HostLifetime, environment: HostEnvironment): Services {
    this.services
      .addValue(hostServices.logger, logger)
      .addValue(hostServices.lifetime, lifetime)
      .addValue(hostServices.environment, environment);
    return new Services(this.services.registrations);
  }

  #setUpServer(): ServerSetup {
    const setup = new ServerSetup(this.#transports);
    for (const configure of this.#serverSetups) configure(setup);
    if (this.#settings?.configuration.values.server.systemd) setup.listenSystemd();
    checkThreadCount(setup.threadCount);
    return setup;
  }

  #createHttps({ useHttps }: ServerSetup, environment: HostEnvironment): EndpointHttps {
    const { name } = environment;
    const isInDevelopment = isDevelopment(environment);
    return new EndpointHttps({
      program: useHttps,
      provider: this.#httpsProvider,
      environment: { name, isDevelopment: isInDevelopment },
    });
  }

  #serverOptions(
    setup: ServerSetup,
    plan: HostPlan | undefined,
    logger: Logger,
    https: EndpointHttps,
    siblings: Siblings,
  ): ServerOptions {
    if (plan !== undefined) setup.applySettings(this.#settings!, plan);
    const httpsDefaults = plan?.endpointDefaults.https ?? {};
    return {
      transports: this.#transports,
      protocols: this.#protocols,
      limits: setup.limits,
      serverHeader: setup.serverHeader,
      dateHeader: setup.dateHeader,
      rejectedConnections: setup.rejectedConnections,
      useHttps: (endpoint) => https.addTo(endpoint, httpsDefaults),
      siblingAddresses: () => siblings.addresses(),
      ...(setup.refusal && { refusal: setup.refusal }),
      events: serverLog(logger, isFirstProcess()),
    };
  }

  #createServer(setup: ServerSetup, options: ServerOptions): HostServer {
    if (this.#serverFactory !== undefined) {
      if (setup.hasEndpoints) throw new HostError('HOSTING_ENDPOINTS_NOT_USED');
      return this.#serverFactory(options);
    }
    const server = new WindhoverServer(options);
    setup.applyTo(server);
    return server;
  }
}

const checkTimer = (method: string, milliseconds: number, orElse = ''): void => {
  if (milliseconds >= 0 && milliseconds <= longestTimer) return;
  throw new RangeError(
    `${method}: milliseconds must be a number from 0 to ${longestTimer}${orElse}; received ${milliseconds}`,
  );
};

const threadCountOf = (threads: number | 'auto'): number =>
  threads === 'auto' ? process.getBuiltinModule('node:os').availableParallelism() : threads;

const checkThreadCount = (count: number): void => {
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads) return;
  throw new RangeError(`threadCount must be an integer from 1 to ${mostThreads}; received ${count}`);
};

const mostThreads = 1024;

/** With several processes, each log entry has the thread and the process id. */
const workerLogger = (logger: Logger): Logger => {
  const thread = supervisedThread();
  return thread === undefined ? logger : childLogger(logger, { thread, pid: process.pid });
};
