import type { ServiceKey } from './service-key.ts';
import type { ServiceProvider } from './service-provider.ts';

/** How one service is made. */
export interface ServiceRegistration {
  readonly key: ServiceKey<unknown>;
  readonly create: (services: ServiceProvider) => unknown;
  readonly kind: 'lazy' | 'async' | 'given';
}

/**
 * Named singletons of an application. There are no scopes and no transients: what belongs to a request goes into
 * `context.items`, and what is wanted anew each time is a function.
 *
 * Source: .NET `IServiceCollection.AddSingleton`
 */
export class ServiceCollection {
  readonly #registrations = new Map<symbol, ServiceRegistration>();

  /**
   * Adds a service that is made when it is first asked for, once. Adding a key again replaces what it stood for.
   * A value with `Symbol.asyncDispose` or `Symbol.dispose` is disposed when the host has stopped, the newest first.
   */
  add<T>(key: ServiceKey<T>, create: (services: ServiceProvider) => T): this {
    return this.#add({ key, create, kind: 'lazy' });
  }

  /** As `add`, for one that takes time to make, e.g. a connection. The host makes it when it starts, before it listens. */
  addAsync<T>(key: ServiceKey<T>, create: (services: ServiceProvider) => Promise<T>): this {
    return this.#add({ key, create, kind: 'async' });
  }

  /** Adds a value that exists. Its creator owns it: the host does not dispose of it. */
  addValue<T>(key: ServiceKey<T>, value: T): this {
    return this.#add({ key, create: () => value, kind: 'given' });
  }

  /** What has been added, in its order. */
  get registrations(): Iterable<ServiceRegistration> {
    return this.#registrations.values();
  }

  #add(registration: ServiceRegistration): this {
    this.#registrations.set(registration.key.id, registration);
    return this;
  }
}
