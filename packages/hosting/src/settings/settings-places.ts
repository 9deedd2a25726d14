import { basename, dirname, extname, join, resolve } from 'node:path';
import { defaultSettings } from './default-settings.ts';
import { isOtherVariable } from './other-names.ts';

/** In the content root. */
export const defaultFile = 'windhover.json';

export const variablePrefix = 'WINDHOVER_';

/** Variables with our prefix that are no settings. */
const otherVariables: ReadonlySet<string> = new Set(['WINDHOVER_THREAD', 'WINDHOVER_DEV_CERTS']);

export const isSettingVariable = (name: string): boolean =>
  name.startsWith(variablePrefix) && !otherVariables.has(name);

/** The absolute path of the content root. */
export const rootFolder = (given: string = defaultSettings.contentRoot): string => resolve(given);

/**
 * `windhover.production.json`, the environment in small letters; `undefined` where its name cannot stand in that of a
 * file.
 */
export const environmentFilePath = (file: string, environment: string): string | undefined => {
  if (!/^[\w-][\w.-]*$/.test(environment)) return undefined;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.${environment.toLowerCase()}${extension}`);
};

/** What `mayHaveSettings` looks at; the same as for `planSettings`. */
export interface SettingsPlaces {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly code?: { readonly environment?: string; readonly contentRoot?: string };
  readonly file?: string | undefined;
}

/**
 * Whether there may be settings outside of the code, or variables of other servers to warn of. Without them, a host starts
 * without loading the code that reads settings.
 */
export const mayHaveSettings = ({
  args = [],
  environment = process.env,
  code = {},
  file,
}: SettingsPlaces = {}): boolean => {
  if (args.length > 0 || file !== undefined || environment['PORT']) return true;
  if (Object.keys(environment).some((name) => isSettingVariable(name) || isOtherVariable(name))) return true;
  const name = environment['NODE_ENV'] || (code.environment ?? defaultSettings.environment);
  const folder = rootFolder(code.contentRoot);
  const { existsSync } = process.getBuiltinModule('node:fs');
  return [defaultFile, environmentFilePath(defaultFile, name)].some(
    (path) => path !== undefined && existsSync(join(folder, path)),
  );
};
