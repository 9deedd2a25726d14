import type { ConnectionBuilder, ConnectionDelegate, ConnectionMiddleware } from '@windhover/connections';
import { buildConnectionPipeline } from '@windhover/connections';

/** An endpoint as a server would configure it. */
export class TestEndpoint implements ConnectionBuilder {
  name = 'test:443';
  applicationProtocols: readonly string[] = ['http/1.1'];
  isTls = false;
  httpsDefaults: Readonly<Record<string, unknown>> = {};
  readonly warnings: string[] = [];
  readonly #middleware: ConnectionMiddleware[] = [];
  readonly #preparations: (() => Promise<void>)[] = [];
  readonly #owned: (Disposable | AsyncDisposable)[] = [];

  use(middleware: ConnectionMiddleware): this {
    this.#middleware.push(middleware);
    return this;
  }

  useTls(middleware: ConnectionMiddleware): this {
    this.isTls = true;
    return this.use(middleware);
  }

  prepare(work: () => Promise<void>): this {
    this.#preparations.push(work);
    return this;
  }

  /** As a server does before it binds the endpoint. */
  async prepared(): Promise<this> {
    for (const work of this.#preparations.splice(0)) await work();
    return this;
  }

  own(resource: Disposable | AsyncDisposable): this {
    this.#owned.push(resource);
    return this;
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  build(terminal: ConnectionDelegate): ConnectionDelegate {
    return buildConnectionPipeline(this.#middleware, terminal);
  }

  get ownedCount(): number {
    return this.#owned.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#owned) {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      else resource[Symbol.dispose]();
    }
  }
}
