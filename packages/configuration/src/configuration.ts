import type { BoundLayers } from './binding.ts';
import type { KeyPath } from './key-path.ts';
import { sourceAt } from './node.ts';
import type { ValueSource } from './value-source.ts';

/** One value as it is in effect. */
export interface EffectiveValue {
  readonly key: string;
  /** JSON in one line; `***` for a secret. */
  readonly text: string;
  readonly source: ValueSource;
}

/** Values in effect, with their sources. It does not change; a reload makes another one. */
export class Configuration<T> {
  /** Frozen, with everything in it. */
  readonly values: T;
  readonly #bound: BoundLayers<T> | undefined;

  /** The files that values were read from, absolute; files that are missing or empty are not among them. */
  readonly files: readonly string[];

  /** @param bound `undefined` where no layer has a value */
  constructor(values: T, bound?: BoundLayers<T>, files: readonly string[] = []) {
    this.files = files;
    this.values = deepFrozen(values);
    this.#bound = bound;
  }

  /** Whether `ifEmpty` was used. */
  get isEmpty(): boolean {
    return this.#bound === undefined;
  }

  /** Where a value comes from: `sourceOf(['server', 'dateHeader'])`. */
  sourceOf(path: KeyPath): ValueSource {
    return this.#bound === undefined ? { kind: 'default' } : sourceAt(this.#bound.tree, path);
  }

  /** Every value, lists of plain values as one. Secrets are masked. */
  async effective(): Promise<EffectiveValue[]> {
    const { effectiveValues } = await import('./effective-values.ts');
    return effectiveValues(this.values, (path) => this.sourceOf(path), this.#bound?.schema);
  }
}

const deepFrozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFrozen<unknown>(part);
  return Object.freeze(value);
};
