import type { Transport } from '@windhover/connections';
import type { HttpProtocol } from '@windhover/http';
import { type ServerOptions, WindhoverServer } from '@windhover/server';
import { consoleLogger } from './console-logger.ts';
import { HostError } from './errors.ts';
import type { HostServer, ServerFactory } from './host-server.ts';
import type { Logger } from './logger.ts';
import { serverLog } from './server-log.ts';
import { ServerSetup } from './server-setup.ts';
import { type ConfigureApplication, WebHost, defaultShutdownTimeout } from './web-host.ts';

/**
 * Collects what a host is made of, and makes it. A transport and a protocol have to be handed in.
 *
 * Source: ASP.NET Core `IWebHostBuilder`
 */
export class WebHostBuilder {
  readonly #transports: Transport[] = [];
  readonly #protocols: HttpProtocol[] = [];
  readonly #serverSetups: ((options: ServerSetup) => void)[] = [];
  readonly #configure: ConfigureApplication[] = [];
  #serverFactory: ServerFactory | undefined;
  #urls: readonly string[] = [];
  #logger: Logger | undefined;
  #shutdownTimeout = defaultShutdownTimeout;
  #isBuilt = false;

  /** Changes options of the server and adds end points. Callbacks run at `build`, in the order of the calls. */
  useServer(configure: (options: ServerSetup) => void): this {
    this.#serverSetups.push(configure);
    return this;
  }

  /**
   * Puts another server in the place of `WindhoverServer`, or makes that one by hand. It gets what the builder was
   * told, except for end points: these it adds itself.
   */
  useServerFactory(create: ServerFactory): this {
    this.#serverFactory = create;
    return this;
  }

  /** Adds a transport. For each end point the one added last is asked first whether it can listen there. */
  useTransport(transport: Transport): this {
    this.#transports.unshift(transport);
    return this;
  }

  /** Adds a protocol. It takes the place of one with the same ALPN name. */
  useProtocol(protocol: HttpProtocol): this {
    const at = this.#protocols.findIndex(({ alpn }) => alpn === protocol.alpn);
    if (at === -1) this.#protocols.push(protocol);
    else this.#protocols[at] = protocol;
    return this;
  }

  /**
   * Sets the addresses to listen on; the last call counts. Without any, `http://localhost:5000`. Checked at the start.
   *
   * @param urls each an address or a list of them with `;` between
   */
  useUrls(...urls: string[]): this {
    this.#urls = urls;
    return this;
  }

  /** Where the host reports. Default `consoleLogger()`. */
  useLogger(logger: Logger): this {
    this.#logger = logger;
    return this;
  }

  /**
   * How long a host that stops waits for what runs.
   *
   * @param milliseconds from 0 on, or `Infinity`; 30,000 unless set, as in ASP.NET Core
   * @throws RangeError for another value
   */
  useShutdownTimeout(milliseconds: number): this {
    if (!(milliseconds >= 0) || (milliseconds > longestTimer && milliseconds !== Infinity)) {
      throw new RangeError(`useShutdownTimeout: 0 to ${longestTimer} milliseconds, or Infinity, not ${milliseconds}`);
    }
    this.#shutdownTimeout = milliseconds;
    return this;
  }

  /** Adds to the pipeline that answers requests. Callbacks run once, when the host starts, in the order of the calls. */
  configure(configure: ConfigureApplication): this {
    this.#configure.push(configure);
    return this;
  }

  /**
   * Makes the host. A builder makes one.
   *
   * @throws HostError `HOST_ALREADY_BUILT`, `HOST_END_POINTS_NOT_USED`
   * @throws HttpError `HTTP_LIMIT_INVALID`
   */
  build(): WebHost {
    if (this.#isBuilt) throw new HostError('HOST_ALREADY_BUILT');
    this.#isBuilt = true;
    const logger = this.#logger ?? consoleLogger();
    return new WebHost({
      server: this.#createServer(logger),
      urls: this.#urls,
      configure: this.#configure,
      logger,
      shutdownTimeout: this.#shutdownTimeout,
    });
  }

  #createServer(logger: Logger): HostServer {
    const setup = new ServerSetup();
    for (const configure of this.#serverSetups) configure(setup);
    const options: ServerOptions = {
      transports: this.#transports,
      protocols: this.#protocols,
      limits: setup.limits,
      serverHeader: setup.serverHeader,
      dateHeader: setup.dateHeader,
      events: serverLog(logger),
    };
    if (this.#serverFactory !== undefined) {
      if (setup.hasEndPoints) throw new HostError('HOST_END_POINTS_NOT_USED');
      return this.#serverFactory(options);
    }
    const server = new WindhoverServer(options);
    setup.applyEndPoints(server);
    return server;
  }
}

/** Milliseconds; a longer timer of Node.js would fire at once. */
const longestTimer = 2 ** 31 - 1;
