import { type ConfigureEndPoint, ListenOptions, type ListenTarget, type ServerEndPoint } from '@windhover/server';
import type { ChangeableServer } from '../../../src/settings/index.ts';

/** A server that listens on nothing, and remembers what it was told. */
export class FakeServer implements ChangeableServer {
  endPoints: ServerEndPoint[] = [];
  /** Thrown by every `addEndPoint`. */
  refusal: Error | undefined;

  listen(target: ListenTarget, configure: ConfigureEndPoint): void {
    this.#add(target, configure);
  }

  listenAnyIP(port: number, configure: ConfigureEndPoint): void {
    this.#add({ kind: 'any', port }, configure);
  }

  listenLocalhost(port: number, configure: ConfigureEndPoint): void {
    this.#add({ kind: 'localhost', host: 'localhost', port }, configure);
  }

  addEndPoint(target: ListenTarget, configure: ConfigureEndPoint): Promise<ServerEndPoint> {
    return this.refusal === undefined ? Promise.resolve(this.#add(target, configure)) : Promise.reject(this.refusal);
  }

  #add(target: ListenTarget, configure: ConfigureEndPoint): ServerEndPoint {
    const options = new ListenOptions(target, { applicationProtocols: [], warn: () => {} });
    configure(options);
    const endPoint: ServerEndPoint = {
      name: options.name,
      address: '',
      endPoints: [],
      connectionCount: 0,
      upgradedConnectionCount: 0,
      unbind: () => Promise.resolve(),
      remove: () => {
        this.endPoints = this.endPoints.filter((other) => other !== endPoint);
        return Promise.resolve();
      },
    };
    this.endPoints.push(endPoint);
    return endPoint;
  }
}
