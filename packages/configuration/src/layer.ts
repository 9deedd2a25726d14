import type { ConfigurationProblem } from './errors.ts';
import type { ObjectNode } from './node.ts';
import type { ValueSource } from './value-source.ts';

/** A value as text for a key whose exact spelling the schema knows. */
export interface TextAssignment {
  /** Parts of the key as they were typed: `['SERVER', 'DATE_HEADER']`. */
  readonly path: readonly string[];
  /** `undefined` where a key was named without a value, as `--verbose`. */
  readonly text: string | undefined;
  readonly source: ValueSource;
}

/** What a layer has to say. */
export interface LayerContent {
  /** Values with their types, under exact keys. */
  readonly tree?: ObjectNode;
  /** Values as text, under keys as people type them. */
  readonly assignments?: readonly TextAssignment[];
  readonly problems?: readonly ConfigurationProblem[];
}

/** One place that values come from. A later layer covers an earlier one key by key. */
export interface ConfigurationLayer {
  /** Reads it anew. `undefined` where it has nothing to say. */
  read(): Promise<LayerContent | undefined>;
  /** Whether its values are the program's own, which `ifEmpty` stands for. */
  readonly isCode?: boolean;
  /** The file that it reads, absolute, whether it exists or not. */
  readonly file?: string;
}
