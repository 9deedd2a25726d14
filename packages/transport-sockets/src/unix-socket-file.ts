import type { Endpoint } from '@windhover/connections';
import { fs } from './node-builtins.ts';
import { isAbstract } from './unix-socket-path.ts';

/** The file that a listener on this endpoint makes: a unix socket's, unless it is abstract. */
export const fileOf = (endpoint: Endpoint): string | undefined =>
  endpoint.kind === 'unix' && !isAbstract(endpoint.path) ? endpoint.path : undefined;

/** Which file is at a path, of whatever kind; `undefined` for none. It is the same after `chmod` and `chown`. */
export const fileIdentity = (path: string): string | undefined => {
  try {
    const { dev, ino, birthtimeNs } = fs.lstatSync(path, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return undefined;
  }
};

/** @returns where the file is now; `undefined` when it could not be moved, which nobody may who may not remove it */
const moveAside = (path: string): string | undefined => {
  const aside = `${path}.${process.pid}.kept`;
  try {
    fs.renameSync(path, aside);
    return aside;
  } catch {
    return undefined;
  }
};

/**
 * Closes a listener without harm to whoever has taken its path over: somebody removes the file of a server that still
 * runs, and starts another one in its place. libuv would remove that one's file.
 *
 * @param own what `fileIdentity` said when the listener was bound
 * @param close removes whatever is at the path
 */
export const closeBeside = (path: string, own: string | undefined, close: () => void): void => {
  const found = fileIdentity(path);
  const aside = found === undefined || found === own ? undefined : moveAside(path);
  close();
  if (aside !== undefined) fs.renameSync(aside, path);
};
