import type { GenericSchema, InferOutput } from 'valibot';
import type { CheckRules } from './binding.ts';
import { Configuration } from './configuration.ts';
import type { ConfigurationLayer, LayerContent } from './layer.ts';

/** What a configuration is made of. */
export interface ConfigurationOptions<S extends GenericSchema> {
  /** A later layer covers an earlier one: objects key by key, anything else, lists too, as a whole. */
  readonly layers: readonly ConfigurationLayer[];
  /** A schema of valibot for an object, or a function that loads it, which happens only if it is needed. */
  readonly schema: S | (() => S | Promise<S>);
  /**
   * The values where no layer has anything, those of `codeValues` included: they are taken as they are, and nothing that
   * reads or checks values is loaded. Without it the schema is asked.
   */
  readonly ifEmpty?: InferOutput<S>;
  /** Checks what the schema cannot, once the values are of its type. */
  readonly check?: CheckRules<InferOutput<S>>;
}

/**
 * Reads every layer and checks what they say together.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export const loadConfiguration = async <S extends GenericSchema>(
  options: ConfigurationOptions<S>,
): Promise<Configuration<InferOutput<S>>> => {
  const { contents, files, isEmpty } = await readLayers(options.layers);
  if (isEmpty && options.ifEmpty !== undefined) return new Configuration(options.ifEmpty);
  const [{ bindLayers }, schema] = await Promise.all([import('./binding.ts'), schemaOf(options.schema)]);
  const bound = await bindLayers<InferOutput<S>>(contents, schema, options.check);
  return new Configuration(bound.values, bound, files);
};

const readLayers = async (
  layers: readonly ConfigurationLayer[],
): Promise<{ contents: LayerContent[]; files: string[]; isEmpty: boolean }> => {
  const contents: LayerContent[] = [];
  const files: string[] = [];
  let isEmpty = true;
  for (const layer of layers) {
    const content = await layer.read();
    if (content === undefined) continue;
    contents.push(content);
    if (layer.file !== undefined) files.push(layer.file);
    isEmpty &&= layer.isCode === true;
  }
  return { contents, files, isEmpty };
};

const schemaOf = async <S extends GenericSchema>(schema: S | (() => S | Promise<S>)): Promise<S> =>
  typeof schema === 'function' ? await schema() : schema;
