import type { FeatureKey } from './feature-key.ts';
import { FeatureMissingError } from './feature-missing-error.ts';

/**
 * The facts that the layers of a server store about one connection, exchange or server, under typed keys.
 *
 * Source: Kestrel `IFeatureCollection`.
 */
export interface FeatureCollection {
  /** The value of the collection, else the value of its defaults; `undefined` if neither has one. */
  get<T>(key: FeatureKey<T>): T | undefined;
  /**
   * Like `get`, for a required feature.
   *
   * @throws FeatureMissingError `FEATURE_MISSING`, naming the key
   */
  require<T>(key: FeatureKey<T>): T;
  /** Stores a value in this collection; `undefined` removes it, so that the default applies again. */
  set<T>(key: FeatureKey<T>, value: T | undefined): void;
  /** Grows with every `set` of the collection or its defaults. A cached value is valid while the revision is unchanged. */
  readonly revision: number;
}

/** Finds a key. Checks even indexes only, because a value may be a symbol, too. */
const indexOfKey = (own: readonly unknown[], id: symbol): number => {
  for (let at = 0; at < own.length; at += 2) if (own[at] === id) return at;
  return -1;
};

/**
 * The default feature collection. Values are stored in one flat array, which for the few features of a connection is
 * smaller than a map and as fast. A class that implements many features itself extends it and returns them from
 * `builtIn`, so that nothing is stored for them.
 *
 * Source: Kestrel `FeatureCollection`, and the generated collections of its connections and requests.
 */
export class Features implements FeatureCollection {
  /** `[id, value, id, value, …]`; made by the first `set`. */
  #own: unknown[] | undefined;
  #revision = 0;
  readonly #defaults: FeatureCollection | undefined;

  /** @param defaults the collection for values that this one does not have; a subclass may override `defaults` instead */
  constructor(defaults?: FeatureCollection) {
    this.#defaults = defaults;
  }

  /** The collection for values that this one does not have. */
  protected get defaults(): FeatureCollection | undefined {
    return this.#defaults;
  }

  /** The features that this object itself provides, by `FeatureKey.id`. A stored value takes precedence. */
  protected builtIn(_id: symbol): unknown {
    return undefined;
  }

  get<T>(key: FeatureKey<T>): T | undefined {
    const own = this.getOwn(key);
    if (own !== undefined) return own;
    const value = this.builtIn(key.id);
    return value === undefined ? this.defaults?.get(key) : (value as T);
  }

  /** The stored value only, without built-in values and defaults. */
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
      // An array of the exact length: `push` would reserve memory for about twenty more entries on each connection.
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
