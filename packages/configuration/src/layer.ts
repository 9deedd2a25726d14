import type { ConfigurationProblem } from './errors.ts';
import type { ObjectNode } from './node.ts';
import type { ValueSource } from './value-source.ts';

/** A value as text, for a key whose exact spelling only the schema knows. */
export interface TextAssignment {
  /** Parts of the key as they were typed: `['SERVER', 'DATE_HEADER']`. */
  readonly path: readonly string[];
  /** `undefined` for a key without a value, such as `--verbose`. */
  readonly text: string | undefined;
  readonly source: ValueSource;
}

/** The values of a layer. */
export interface LayerContent {
  /** Values with their types, under exact keys. */
  readonly tree?: ObjectNode;
  /** Values as text, under keys in any spelling. */
  readonly assignments?: readonly TextAssignment[];
  readonly problems?: readonly ConfigurationProblem[];
}

/** One source of values. A later layer overrides an earlier one key by key. */
export interface ConfigurationLayer {
  /** Reads the layer again. `undefined` if it sets no values. */
  read(): Promise<LayerContent | undefined>;
  /** Whether the values are set in code and already included in `ifEmpty`. */
  readonly isCode?: boolean;
  /** The absolute path of the file that the layer reads, existing or not. */
  readonly file?: string;
}
