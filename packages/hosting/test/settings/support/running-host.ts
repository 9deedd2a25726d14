import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LiveConfiguration, loadConfiguration } from '@windhover/configuration';
import { type HttpApplication, type HttpContext, pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { type HttpsOptions, useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { type AppliedChanges, RunningEndpoints, planHost, planSettings } from '../../../src/settings/index.ts';

const application: HttpApplication<HttpContext> = pipelineApplication(({ response }) => response.send('hello'));

/** A server whose endpoints are those of `windhover.json` in a folder, as a host would wire it. */
export class RunningHost implements AsyncDisposable {
  readonly server: WindhoverServer;
  readonly endpoints: RunningEndpoints;
  readonly warnings: string[] = [];
  readonly #folder: string;
  #next: { resolve(changes: AppliedChanges): void; reject(error: unknown): void } | undefined;
  #live: Disposable | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.server = new WindhoverServer({
      transports: [sockets()],
      protocols: [http1()],
      events: { warning: (message) => void this.warnings.push(message) },
    });
    this.endpoints = new RunningEndpoints(this.server, (endpoint, plan) => useHttps(plan as HttpsOptions)(endpoint));
  }

  /** Starts, and from then on follows the file. */
  async start(): Promise<this> {
    const { options, contentRoot } = await planSettings({ environment: {}, code: { contentRoot: this.#folder } });
    const configuration = await loadConfiguration(options);
    const { endpoints } = planHost(configuration, { contentRoot });
    this.endpoints.add(endpoints);
    await this.server.start(application);
    const live = new LiveConfiguration(options, configuration, {
      onChanged: async (next) => {
        const changes = await this.endpoints.change(planHost(next, { contentRoot }).endpoints);
        this.#next?.resolve(changes);
      },
      onFailed: (error) => this.#next?.reject(error),
    });
    this.#live = live;
    await live.watch({ quietTime: 20 });
    return this;
  }

  /** Resolves with the next change that the file brings, rejects with what keeps it from being one. */
  async nextChange(cause: () => void): Promise<AppliedChanges> {
    const change = new Promise<AppliedChanges>((resolve, reject) => {
      this.#next = { resolve, reject };
    });
    cause();
    return change;
  }

  /** The address that an endpoint listens on, e.g. `http://127.0.0.1:49152`. */
  address(name: string): string {
    const endpoint = this.server.endpoints.find((candidate) => candidate.name === name);
    if (endpoint === undefined) throw new Error(`there is no endpoint ${name}`);
    return endpoint.address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#live?.[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Whether anybody listens there. */
export const isListening = async (address: string): Promise<boolean> => {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** The common name in the certificate that a server shows. */
export const certificateName = async (address: string): Promise<string> => {
  const { hostname, port } = new URL(address);
  const socket = connectTls({ port: Number(port), host: hostname, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    const { CN = '' } = socket.getPeerCertificate().subject;
    return String(CN);
  } finally {
    socket.destroy();
  }
};
