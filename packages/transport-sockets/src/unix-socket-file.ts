import type { Endpoint } from '@windhover/connections';
import { fs } from './node-builtins.ts';
import { isAbstract } from './unix-socket-path.ts';

/** The file that a listener on this endpoint creates: the file of a unix socket, unless the socket is abstract. */
export const fileOf = (endpoint: Endpoint): string | undefined =>
  endpoint.kind === 'unix' && !isAbstract(endpoint.path) ? endpoint.path : undefined;

/** The identity of the file of any kind at a path; `undefined` if there is none. `chmod` and `chown` do not change it. */
export const fileIdentity = (path: string): string | undefined => {
  try {
    const { dev, ino, birthtimeNs } = fs.lstatSync(path, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return undefined;
  }
};

/** @returns the new path of the file; `undefined` if it could not be moved, for which this user needs the right to remove it */
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
 * Closes a listener without removing the socket file of a successor. A successor exists if the file of a running server
 * was removed and another server was started on the same path; libuv would remove the file of that server.
 *
 * @param own the result of `fileIdentity` when the listener was bound
 * @param close closes the listener, and removes any file at the path
 */
export const closeBeside = (path: string, own: string | undefined, close: () => void): void => {
  const found = fileIdentity(path);
  const aside = found === undefined || found === own ? undefined : moveAside(path);
  close();
  if (aside !== undefined) fs.renameSync(aside, path);
};
