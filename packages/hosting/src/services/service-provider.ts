import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpContext } from '@windhover/http';
import type { ServiceKey } from './service-key.ts';

/**
 * Provides services. Each factory gets its own provider that knows the requesting service, so that a cycle is an error
 * and not a deadlock.
 *
 * Source: .NET `IServiceProvider`
 */
export interface ServiceProvider {
  /**
   * Returns the value of a service, and creates it if necessary.
   *
   * @throws HostError `HOSTING_SERVICE_MISSING`, `HOSTING_SERVICE_CYCLE`, `HOSTING_SERVICE_NOT_READY`,
   *   `HOSTING_SERVICES_DISPOSED`
   */
  get<T>(key: ServiceKey<T>): T;
  /** Same as `get`, but waits for a service added with `addAsync`. */
  getAsync<T>(key: ServiceKey<T>): Promise<T>;
  /** Whether the service was added. */
  has<T>(key: ServiceKey<T>): boolean;
}

/**
 * The services of the host. A feature of the server and of every request.
 *
 * Source: ASP.NET Core `IServiceProvidersFeature`
 */
export const ServicesFeature: FeatureKey<ServiceProvider> = featureKey('services');

/**
 * Returns the services of the host that serves a request.
 *
 * @throws FeatureMissingError the request does not come from a host
 * Source: ASP.NET Core `HttpContext.RequestServices`
 */
export const servicesOf = (context: HttpContext): ServiceProvider => context.features.require(ServicesFeature);
