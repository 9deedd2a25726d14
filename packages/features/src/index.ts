export { type FeatureKey, featureKey } from './feature-key.ts';
export { type FeatureCollection, Features } from './feature-collection.ts';
export { FeatureMissingError } from './feature-missing-error.ts';
