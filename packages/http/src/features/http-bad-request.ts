import { type FeatureKey, featureKey } from '@windhover/features';
import type { BadHttpRequestError } from '../errors.ts';

/** The error for which a request was refused, before or while it ran. Source: Kestrel `IBadRequestExceptionFeature`. */
export interface HttpBadRequestFeature {
  readonly error: BadHttpRequestError;
}

export const HttpBadRequestFeature: FeatureKey<HttpBadRequestFeature> = featureKey('http-bad-request');
