import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigurationErrorCode } from './errors.ts';
import type { ConfigurationLayer, LayerContent } from './layer.ts';

/** How a file is read. */
export interface JsonFileOptions {
  /** What a relative path is relative to. Default the working directory. */
  readonly folder?: string;
  /** Whether it has to exist. Default false. */
  readonly required?: boolean;
}

/** A layer of a JSON file, in which comments and trailing commas are allowed. A parser is loaded if there is the file. */
export const jsonFile = (
  path: string,
  { folder = '.', required = false }: JsonFileOptions = {},
): ConfigurationLayer => {
  const file = resolve(folder, path);
  return { file, read: () => readLayer(file, path, required) };
};

const readLayer = async (file: string, path: string, required: boolean): Promise<LayerContent | undefined> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      return problem('CONFIGURATION_FILE_UNREADABLE', path, `the file cannot be read (${code})`);
    }
    return required ? problem('CONFIGURATION_FILE_MISSING', path, 'there is no such file') : undefined;
  }
  const { parseJsonTree } = await import('./json-tree.ts');
  return parseJsonTree(text, path);
};

const problem = (code: ConfigurationErrorCode, path: string, message: string): LayerContent => ({
  problems: [{ code, key: '', source: { kind: 'file', path, line: 1, column: 1 }, message }],
});
