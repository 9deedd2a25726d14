import { homedir } from 'node:os';
import { posix, resolve, win32 } from 'node:path';
import { DevCertsError } from './errors.ts';

/** Inputs of `storeFolder`. The defaults are the values of this process. */
export interface StoreFolderContext {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** Home folder of the user. Throws when there is none. */
  readonly home?: () => string;
}

/**
 * The folder of this user's certificate: `WINDHOVER_DEV_CERTS`, else `windhover/dev-certs` in
 * `$XDG_DATA_HOME` or `~/.local/share`, in `~/Library/Application Support` (macOS), or in `%LOCALAPPDATA%` (Windows).
 *
 * @throws DevCertsError `DEV_CERTS_FOLDER_UNKNOWN`
 */
export const storeFolder = (context: StoreFolderContext = {}): string => {
  const { environment = process.env, platform = process.platform, home = homedir } = context;
  const named = environment['WINDHOVER_DEV_CERTS'];
  if (named) return resolve(named);
  const { join } = platform === 'win32' ? win32 : posix;
  return join(dataFolder(environment, platform, home), 'windhover', 'dev-certs');
};

const dataFolder = (
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: () => string,
): string => {
  if (platform === 'win32') return environment['LOCALAPPDATA'] || win32.join(homeOf(home), 'AppData', 'Local');
  if (platform === 'darwin') return posix.join(homeOf(home), 'Library', 'Application Support');
  const xdg = environment['XDG_DATA_HOME'];
  // The XDG Base Directory Specification says to ignore relative paths.
  return xdg && posix.isAbsolute(xdg) ? xdg : posix.join(homeOf(home), '.local', 'share');
};

/** A user of a container may have no home: `homedir` throws then, or returns an empty text. */
const homeOf = (home: () => string): string => {
  let cause: unknown;
  try {
    const path = home();
    if (path !== '') return path;
  } catch (error) {
    cause = error;
  }
  throw new DevCertsError('DEV_CERTS_FOLDER_UNKNOWN', undefined, { cause });
};
