import type { FeatureKey } from './feature-key.ts';
import { FeatureMissingError } from './feature-missing-error.ts';

/**
 * What the layers of a server know about one connection, exchange or server, under typed keys.
 *
 * Source: Kestrel `IFeatureCollection`.
 */
export interface FeatureCollection {
  /** The collection's own value, else that of its defaults; `undefined` where neither has one. */
  get<T>(key: FeatureKey<T>): T | undefined;
  /**
   * Like `get`, for a feature that has to be there.
   *
   * @throws FeatureMissingError `FEATURE_MISSING`, naming the key
   */
  require<T>(key: FeatureKey<T>): T;
  /** Stores an own value; `undefined` removes it, so that the defaults show again. */
  set<T>(key: FeatureKey<T>, value: T | undefined): void;
  /** Grows with every `set` here or in the defaults: a cached look-up is good while it stays the same. */
  readonly revision: number;
}

/** Looks at the even places only: a value may be any symbol, too. */
const indexOfKey = (own: readonly unknown[], id: symbol): number => {
  for (let at = 0; at < own.length; at += 2) if (own[at] === id) return at;
  return -1;
};

/**
 * The plain feature collection. Values lie in one flat array, which for the few features that a connection has is
 * smaller than a map and as fast. A class that *is* the value of many features extends it and answers those in
 * `builtIn`, so that nothing is stored for them.
 *
 * Source: Kestrel `FeatureCollection`, and the generated collections of its connections and requests.
 */
export class Features implements FeatureCollection {
  /** `[id, value, id, value, …]`; made by the first `set`. */
  #own: unknown[] | undefined;
  #revision = 0;
  readonly #defaults: FeatureCollection | undefined;

  /** @param defaults where a look-up goes on that finds nothing here; a subclass may override `defaults` instead */
  constructor(defaults?: FeatureCollection) {
    this.#defaults = defaults;
  }

  /** Where a look-up goes on that finds nothing here. */
  protected get defaults(): FeatureCollection | undefined {
    return this.#defaults;
  }

  /** The features that this object itself provides, by `FeatureKey.id`; a stored value goes before them. */
  protected builtIn(_id: symbol): unknown {
    return undefined;
  }

  get<T>(key: FeatureKey<T>): T | undefined {
    const own = this.getOwn(key);
    if (own !== undefined) return own;
    const value = this.builtIn(key.id);
    return value === undefined ? this.defaults?.get(key) : (value as T);
  }

  /** The stored value alone: neither what the object itself provides nor the defaults. */
  getOwn<T>(key: FeatureKey<T>): T | undefined {
    if (this.#own === undefined) return undefined;
    const at = indexOfKey(this.#own, key.id);
    return at === -1 ? undefined : (this.#own[at + 1] as T);
  }

  require<T>(key: FeatureKey<T>): T {
    const value = this.get(key);
    if (value === undefined) throw new FeatureMissingError(key.name);
    return value;
  }

  set<T>(key: FeatureKey<T>, value: T | undefined): void {
    const own = this.#own;
    const at = own === undefined ? -1 : indexOfKey(own, key.id);
    if (value === undefined) {
      if (at === -1) return;
      this.#own = own!.toSpliced(at, 2);
    } else if (at === -1) {
      // Exactly as long as needed: `push` would reserve room for some twenty more entries on each connection.
      this.#own = own === undefined ? [key.id, value] : [...own, key.id, value];
    } else {
      own![at + 1] = value;
    }
    this.#revision++;
  }

  get revision(): number {
    return this.#revision + (this.defaults?.revision ?? 0);
  }
}
