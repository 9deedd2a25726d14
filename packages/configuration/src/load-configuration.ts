import type { GenericSchema, InferOutput } from 'valibot';
import type { CheckRules } from './binding.ts';
import { Configuration } from './configuration.ts';
import type { ConfigurationLayer, LayerContent } from './layer.ts';
import { checkOptionNames } from './option-names.ts';
import type { OtherNames } from './unknown-key.ts';

/** Options of `loadConfiguration`. */
export interface ConfigurationOptions<S extends GenericSchema> {
  /** The layers. A later layer overrides an earlier one: objects key by key, other values (lists too) as a whole. */
  readonly layers: readonly ConfigurationLayer[];
  /** A valibot schema for an object, or a function that loads it; the function is called only if the schema is needed. */
  readonly schema: S | (() => S | Promise<S>);
  /**
   * The values if no layer except `codeValues` sets any; they include the values of `codeValues`. They are used unchecked,
   * and the code that reads and checks values is not loaded. Without this option the schema provides the values.
   */
  readonly ifEmpty?: InferOutput<S>;
  /** Checks rules that the schema cannot express. Called with values that match the schema. */
  readonly check?: CheckRules<InferOutput<S>>;
  /**
   * Names of keys in other programs, each with the equivalent key of the schema: `{ threadCount: 'threads' }`. The
   * problem of such a key names the key to use. Case does not matter. Default none.
   */
  readonly otherNames?: OtherNames;
}

const optionNames = ['layers', 'schema', 'ifEmpty', 'check', 'otherNames'];

/** @throws TypeError for an unknown option */
export const checkOptions = (owner: string, options: object): void => checkOptionNames(owner, options, optionNames);

/**
 * Reads every layer and checks the merged values.
 *
 * @throws ConfigurationError with all problems
 * @throws TypeError for an unknown option
 */
export const loadConfiguration = async <S extends GenericSchema>(
  options: ConfigurationOptions<S>,
): Promise<Configuration<InferOutput<S>>> => {
  checkOptions('loadConfiguration', options);
  return bindConfiguration(options, await readLayers(options.layers));
};

/** What the layers contained at one time. */
export interface ReadLayers {
  readonly contents: readonly LayerContent[];
  /** Absolute paths of the files that have values. */
  readonly files: readonly string[];
  /** Whether no layer except `codeValues` sets a value. */
  readonly isEmpty: boolean;
}

/** @throws ConfigurationError with all problems */
export const bindConfiguration = async <S extends GenericSchema>(
  options: ConfigurationOptions<S>,
  { contents, files, isEmpty }: ReadLayers,
): Promise<Configuration<InferOutput<S>>> => {
  if (isEmpty && options.ifEmpty !== undefined) return new Configuration(options.ifEmpty);
  const [{ bindLayers }, schema] = await Promise.all([import('./binding.ts'), schemaOf(options.schema)]);
  const bound = await bindLayers<InferOutput<S>>(contents, schema, options.check, options.otherNames);
  return new Configuration(bound.values, bound, files);
};

export const readLayers = async (layers: readonly ConfigurationLayer[]): Promise<ReadLayers> => {
  const contents: LayerContent[] = [];
  const files: string[] = [];
  let isEmpty = true;
  for (const layer of layers) {
    const content = await layer.read();
    if (content === undefined) continue;
    contents.push(content);
    if (layer.file !== undefined && !isMissing(content)) files.push(layer.file);
    isEmpty &&= layer.isCode === true;
  }
  return { contents, files, isEmpty };
};

/** A required file that does not exist is a problem. */
const isMissing = ({ problems = [] }: LayerContent): boolean =>
  problems.some(({ code }) => code === 'CONFIGURATION_FILE_MISSING');

const schemaOf = async <S extends GenericSchema>(schema: S | (() => S | Promise<S>)): Promise<S> =>
  typeof schema === 'function' ? await schema() : schema;
