declare const valueType: unique symbol;

/**
 * Names one feature and carries the type of its value. Two keys with the same name are the same key, also when they
 * come from two installed copies of a package, because the identity is a registered symbol.
 *
 * Source: Kestrel keys its feature collection by interface type; TypeScript has no types at run time.
 */
export interface FeatureKey<T> {
  readonly id: symbol;
  readonly name: string;
  readonly [valueType]?: T;
}

/**
 * Makes the key for a feature.
 *
 * @param name unique among all features, e.g. `tls-handshake`; third parties prefix theirs: `acme/tenant`
 */
export const featureKey = <T>(name: string): FeatureKey<T> => ({ id: Symbol.for(`@windhover/feature/${name}`), name });
