import type { BoundLayers } from './binding.ts';
import type { KeyPath } from './key-path.ts';
import { sourceAt } from './node.ts';
import type { ValueSource } from './value-source.ts';

/** One value in effect. */
export interface EffectiveValue {
  readonly key: string;
  /** JSON in one line; `***` for a secret. */
  readonly text: string;
  readonly source: ValueSource;
}

/** Values in effect, with their sources. Immutable: a reload creates a new one. */
export class Configuration<T> {
  /** Deeply frozen. */
  readonly values: T;
  readonly #bound: BoundLayers<T> | undefined;

  /** Absolute paths of the files that values were read from; without files that are missing or empty. */
  readonly files: readonly string[];

  /** @param bound `undefined` if no layer has a value */
  constructor(values: T, bound?: BoundLayers<T>, files: readonly string[] = []) {
    this.files = files;
    this.values = deepFrozen(values);
    this.#bound = bound;
  }

  /** Whether `ifEmpty` was used. */
  get isEmpty(): boolean {
    return this.#bound === undefined;
  }

  /** The source of a value, e.g. `sourceOf(['server', 'dateHeader'])`. */
  sourceOf(path: KeyPath): ValueSource {
    return this.#bound === undefined ? { kind: 'default' } : sourceAt(this.#bound.tree, path);
  }

  /** Lists every value; a list of plain values is one entry. Secrets are masked. */
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
