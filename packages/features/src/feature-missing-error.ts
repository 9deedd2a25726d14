/** `FeatureCollection.require` found no value for the key. `code` is always `FEATURE_MISSING`. */
export class FeatureMissingError extends Error {
  override readonly name = 'FeatureMissingError';
  readonly code = 'FEATURE_MISSING';
  readonly feature: string;

  constructor(feature: string) {
    super(`The feature "${feature}" is not available here`);
    this.feature = feature;
  }
}
