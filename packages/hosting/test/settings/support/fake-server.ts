import { type ConfigureEndpoint, ListenOptions, type ListenTarget, type ServerEndpoint } from '@windhover/server';
import type { ChangeableServer } from '../../../src/settings/index.ts';

/** A server that listens on nothing, and remembers what it was told. */
export class FakeServer implements ChangeableServer {
  endpoints: ServerEndpoint[] = [];
  /** Thrown by every `addEndpoint`. */
  refusal: Error | undefined;

  listen(target: ListenTarget, configure: ConfigureEndpoint): void {
    this.#add(target, configure);
  }

  listenAnyIP(port: number, configure: ConfigureEndpoint): void {
    this.#add({ kind: 'any', port }, configure);
  }

  listenLocalhost(port: number, configure: ConfigureEndpoint): void {
    this.#add({ kind: 'localhost', host: 'localhost', port }, configure);
  }

  addEndpoint(target: ListenTarget, configure: ConfigureEndpoint): Promise<ServerEndpoint> {
    return this.refusal === undefined ? Promise.resolve(this.#add(target, configure)) : Promise.reject(this.refusal);
  }

  #add(target: ListenTarget, configure: ConfigureEndpoint): ServerEndpoint {
    const options = new ListenOptions(target, { applicationProtocols: [], warn: () => {} });
    configure(options);
    const endpoint: ServerEndpoint = {
      name: options.name,
      address: '',
      endpoints: [],
      connectionCount: 0,
      upgradedConnectionCount: 0,
      unbind: () => Promise.resolve(),
      remove: () => {
        this.endpoints = this.endpoints.filter((other) => other !== endpoint);
        return Promise.resolve();
      },
    };
    this.endpoints.push(endpoint);
    return endpoint;
  }
}
