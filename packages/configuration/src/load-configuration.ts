import type { GenericSchema, InferOutput } from 'valibot';
import type { CheckRules } from './binding.ts';
import { Configuration } from './configuration.ts';
import type { ConfigurationLayer, LayerContent } from './layer.ts';

/** What a configuration is made of. */
export interface ConfigurationOptions<S extends GenericSchema> {
  /** A later layer covers an earlier one: objects key by key, anything else, lists too, as a whole. */
  readonly layers: readonly ConfigurationLayer[];
  /** A schema of valibot for an object, or a function that loads it, which happens only if a layer has something. */
  readonly schema: S | (() => S | Promise<S>);
  /** The values where no layer has anything; without it the schema is asked. */
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
  const contents = await readLayers(options.layers);
  if (contents.length === 0 && options.ifEmpty !== undefined) return new Configuration(options.ifEmpty);
  const [{ bindLayers }, schema] = await Promise.all([import('./binding.ts'), schemaOf(options.schema)]);
  const bound = await bindLayers<InferOutput<S>>(contents, schema, options.check);
  return new Configuration(bound.values, bound);
};

const readLayers = async (layers: readonly ConfigurationLayer[]): Promise<LayerContent[]> => {
  const contents: LayerContent[] = [];
  for (const layer of layers) {
    const content = await layer.read();
    if (content !== undefined) contents.push(content);
  }
  return contents;
};

const schemaOf = async <S extends GenericSchema>(schema: S | (() => S | Promise<S>)): Promise<S> =>
  typeof schema === 'function' ? await schema() : schema;
