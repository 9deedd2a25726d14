import { basename, dirname, extname, join, resolve } from 'node:path';
import { defaultSettings } from './default-settings.ts';
import { isOtherVariable } from './other-names.ts';

/** File name in the content root. */
export const defaultFile = 'windhover.json';

export const variablePrefix = 'WINDHOVER_';

/** Variables with the prefix `WINDHOVER_` that are not settings. */
const otherVariables: ReadonlySet<string> = new Set([
  'WINDHOVER_THREAD',
  'WINDHOVER_DEV_CERTS',
  'WINDHOVER_VERBOSE',
  'WINDHOVER_DASHBOARD_TOKEN',
]);

export const isSettingVariable = (name: string): boolean =>
  name.startsWith(variablePrefix) && !otherVariables.has(name);

/** The absolute path of the content root. */
export const rootFolder = (given: string = defaultSettings.contentRoot): string => resolve(given);

/**
 * The settings file of an environment, e.g. `windhover.production.json`, in lower case; `undefined` if the name cannot
 * be part of a file name.
 */
export const environmentFilePath = (file: string, environment: string): string | undefined => {
  if (!/^[\w-][\w.-]*$/.test(environment)) return undefined;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.${environment.toLowerCase()}${extension}`);
};

/** Inputs of `mayHaveSettings`; the same as for `planSettings`. */
export interface SettingsPlaces {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly code?: { readonly environment?: string; readonly contentRoot?: string };
  readonly file?: string | undefined;
}

/**
 * Whether settings outside of code may exist, or variables of other servers that cause a warning. If not, a host starts
 * without loading the settings reader.
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
