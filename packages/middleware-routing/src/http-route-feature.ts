import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Which route serves the request. Set before its handler runs, and there for middleware outside once it has.
 *
 * Source: ASP.NET Core `IEndpointFeature`, `IRouteValuesFeature`
 */
export interface HttpRouteFeature {
  /** As it was registered, behind the prefixes of its groups and below `request.pathBase`: `/users/:id`. */
  readonly pattern: string;
  /** Text of the peer's, by the names in the pattern. Has no prototype. */
  readonly params: Readonly<Record<string, string | undefined>>;
}

export const HttpRouteFeature: FeatureKey<HttpRouteFeature> = featureKey('http-route');
