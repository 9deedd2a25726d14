import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The route that serves the request. Set before its handler runs, so middleware outside can read it afterwards.
 *
 * Source: ASP.NET Core `IEndpointFeature`, `IRouteValuesFeature`
 */
export interface HttpRouteFeature {
  /** The pattern with the prefixes of its groups, relative to `request.pathBase`: `/users/:id`. */
  readonly pattern: string;
  /** Text of the peer, by the names in the pattern. Has no prototype. */
  readonly params: Readonly<Record<string, string | undefined>>;
}

export const HttpRouteFeature: FeatureKey<HttpRouteFeature> = featureKey('http-route');
