import { freePort } from './free-port.ts';
import { FrontProxy } from './front-proxy.ts';

/** A HAProxy that forwards connections to a target, with different options of its `server` line on each port. */
export class Haproxy implements AsyncDisposable {
  readonly #proxy: FrontProxy;
  readonly ports: readonly number[];

  static async start(target: number, serverOptions: readonly string[]): Promise<Haproxy> {
    const ports = await Promise.all(serverOptions.map(() => freePort()));
    const listens = serverOptions.map((options, at) =>
      [
        `listen proxied-${at}`,
        `  bind 127.0.0.1:${ports[at]}`,
        '  unique-id-format %{+X}o%ci:%cp',
        `  server target 127.0.0.1:${target} ${options}`,
      ].join('\n'),
    );
    const defaults = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n';
    return new Haproxy(await FrontProxy.haproxy(`${defaults}${listens.join('\n')}\n`, ...ports), ports);
  }

  private constructor(proxy: FrontProxy, ports: readonly number[]) {
    this.#proxy = proxy;
    this.ports = ports;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#proxy[Symbol.asyncDispose]();
  }
}
