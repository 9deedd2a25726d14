import type { ServiceKey } from './service-key.ts';
import type { ServiceProvider } from './service-provider.ts';

/** How to create one service. */
export interface ServiceRegistration {
  readonly key: ServiceKey<unknown>;
  readonly create: (services: ServiceProvider) => unknown;
  readonly kind: 'lazy' | 'async' | 'given';
}

/**
 * Named singletons of an application. There are no scoped or transient services: use `context.items` for values of a
 * request, and a function for a new value each time.
 *
 * Source: .NET `IServiceCollection.AddSingleton`
 */
export class ServiceCollection {
  readonly #registrations = new Map<symbol, ServiceRegistration>();

  /**
   * Adds a service that is created once, on first use. Adding the same key again replaces the service.
   * A value with `Symbol.asyncDispose` or `Symbol.dispose` is disposed when the host has stopped, in reverse order of
   * creation.
   */
  add<T>(key: ServiceKey<T>, create: (services: ServiceProvider) => T): this {
    return this.#add({ key, create, kind: 'lazy' });
  }

  /**
   * Adds a service that is created asynchronously, e.g. a connection. The host creates it at the start, before it
   * listens.
   */
  addAsync<T>(key: ServiceKey<T>, create: (services: ServiceProvider) => Promise<T>): this {
    return this.#add({ key, create, kind: 'async' });
  }

  /** Adds an existing value. The caller owns it: the host does not dispose it. */
  addValue<T>(key: ServiceKey<T>, value: T): this {
    return this.#add({ key, create: () => value, kind: 'given' });
  }

  /** The registrations, in the order in which they were added. */
  get registrations(): Iterable<ServiceRegistration> {
    return this.#registrations.values();
  }

  #add(registration: ServiceRegistration): this {
    this.#registrations.set(registration.key.id, registration);
    return this;
  }
}
