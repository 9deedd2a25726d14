import { type FeatureCollection, type FeatureKey, Features } from '@windhover/features';

/** The features of a server. Its connections inherit them. */
export class ServerFeatures extends Features {
  readonly #keys = new Map<symbol, FeatureKey<unknown>>();

  override set<T>(key: FeatureKey<T>, value: T | undefined): void {
    super.set(key, value);
    if (value === undefined) this.#keys.delete(key.id);
    else this.#keys.set(key.id, key);
  }

  /** Copies every feature to a collection that does not inherit from this one. */
  copyTo(features: FeatureCollection): void {
    for (const key of this.#keys.values()) features.set<unknown>(key, this.get(key));
  }
}
