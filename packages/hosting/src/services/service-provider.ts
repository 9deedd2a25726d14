import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpContext } from '@windhover/http';
import type { ServiceKey } from './service-key.ts';

/**
 * Where services are had from. The one that a factory is given knows who asks, so that a cycle is an error and not a
 * hang.
 *
 * Source: .NET `IServiceProvider`
 */
export interface ServiceProvider {
  /**
   * The one value of a service, made now if it has not been.
   *
   * @throws HostError `HOST_SERVICE_MISSING`, `HOST_SERVICE_CYCLE`, `HOST_SERVICE_NOT_READY`, `HOST_SERVICES_DISPOSED`
   */
  get<T>(key: ServiceKey<T>): T;
  /** As `get`; waits for a service that was added with `addAsync`. */
  getAsync<T>(key: ServiceKey<T>): Promise<T>;
  /** Whether the service was added. */
  has<T>(key: ServiceKey<T>): boolean;
}

/**
 * The services of the host: on the server's features, and on those of every request.
 *
 * Source: ASP.NET Core `IServiceProvidersFeature`
 */
export const ServicesFeature: FeatureKey<ServiceProvider> = featureKey('services');

/**
 * The services of the host that serves a request.
 *
 * @throws FeatureMissingError the request does not come from a host
 * Source: ASP.NET Core `HttpContext.RequestServices`
 */
export const servicesOf = (context: HttpContext): ServiceProvider => context.features.require(ServicesFeature);
