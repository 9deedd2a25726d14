import * as v from 'valibot';
import {
  type ConfigurationLayer,
  ConfigurationError,
  commandLine,
  environmentVariables,
  jsonFile,
} from '../../src/index.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** A schema with every kind of value. */
export const shopSchema = v.strictObject({
  title: v.optional(v.string(), 'Shop'),
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)), 1),
  ratio: v.optional(v.number()),
  isOpen: v.optional(v.boolean(), true),
  theme: v.optional(v.picklist(['light', 'dark']), 'light'),
  hosts: v.optional(v.array(v.string()), []),
  ports: v.optional(v.union([v.array(v.number()), v.number()])),
  limit: v.optional(v.nullable(v.number()), null),
  database: v.optional(
    v.strictObject({
      url: v.pipe(v.string(), v.startsWith('db://', 'an address that begins with db://')),
      password: v.optional(v.pipe(v.string(), v.metadata({ secret: true }))),
      pin: v.optional(v.pipe(v.number(), v.metadata({ secret: true }))),
    }),
  ),
  shelves: v.optional(
    v.record(v.string(), v.strictObject({ size: v.number(), tags: v.optional(v.array(v.string())) })),
  ),
  extra: v.optional(v.record(v.string(), v.unknown())),
});

/** The sources of one test. */
export interface Told {
  readonly file?: unknown;
  readonly environmentFile?: unknown;
  readonly environment?: Record<string, string>;
  readonly args?: readonly string[];
}

/** Creates the usual layers from the sources of a test, and deletes their files afterwards. */
export const withLayers = async <R>(told: Told, use: (layers: ConfigurationLayer[]) => Promise<R>): Promise<R> => {
  using folder = new TemporaryFolder();
  if (told.file !== undefined) folder.write('shop.json', told.file);
  if (told.environmentFile !== undefined) folder.write('shop.production.json', told.environmentFile);
  return await use([
    jsonFile('shop.json', { folder: folder.path }),
    jsonFile('shop.production.json', { folder: folder.path }),
    environmentVariables('SHOP_', told.environment ?? {}),
    commandLine(told.args ?? []),
  ]);
};

/** The error with which loading fails. */
export const refusal = async (load: Promise<unknown>): Promise<ConfigurationError> => {
  try {
    await load;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};
