import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigurationErrorCode } from './errors.ts';
import type { ConfigurationLayer, LayerContent } from './layer.ts';
import { checkOptionNames } from './option-names.ts';

/** Options of `jsonFile`. */
export interface JsonFileOptions {
  /** The folder that a relative path is resolved against. Default the working directory. */
  readonly folder?: string;
  /** Whether the file must exist. Default false. */
  readonly required?: boolean;
}

/**
 * A layer of a JSON file, which may have comments and trailing commas. The parser is loaded only if the file exists.
 *
 * @throws TypeError for an unknown option
 */
export const jsonFile = (path: string, options: JsonFileOptions = {}): ConfigurationLayer => {
  checkOptionNames('jsonFile', options, ['folder', 'required']);
  const { folder = '.', required = false } = options;
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
      return problem('CONFIGURATION_FILE_UNREADABLE', path, `the file cannot be read (${code})${adviceOn(code)}`);
    }
    const place = path === file ? '' : `, at ${JSON.stringify(file)}`;
    const message = `the file does not exist${place}; create it, or correct the path`;
    return required ? problem('CONFIGURATION_FILE_MISSING', path, message) : undefined;
  }
  const { parseJsonTree } = await import('./json-tree.ts');
  return parseJsonTree(text, path);
};

const problem = (code: ConfigurationErrorCode, path: string, message: string): LayerContent => ({
  problems: [{ code, key: '', source: { kind: 'unread', path }, message }],
});

const advice: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder; give the path of a file',
  EACCES: 'the user of this process must be allowed to read it',
};

const adviceOn = (code: string): string => (Object.hasOwn(advice, code) ? `: ${advice[code]}` : '');
