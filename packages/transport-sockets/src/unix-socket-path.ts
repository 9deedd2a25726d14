import { type Endpoint, TransportError, type TransportErrorCode, formatEndpoint } from '@windhover/connections';
import { systemCode } from './bind-errors.ts';
import { fs, net } from './node-builtins.ts';

/**
 * The size of `sun_path`, the path in a unix socket address, on each platform in bytes. A path needs one byte for the
 * NUL at its end; an abstract name does not.
 *
 * Source: unix(7) on Linux; `sys/un.h` on the others.
 */
const addressSize = process.platform === 'linux' ? 108 : 104;

/** Whether a path is a name in the abstract namespace of Linux, which is not in the file system. */
export const isAbstract = (path: string): boolean => path.startsWith('\0');

/** The longest path on this platform, in bytes. */
const longest = (path: string): number => (isAbstract(path) ? addressSize : addressSize - 1);

const refusal = (path: string): { readonly code: TransportErrorCode; readonly detail: string } | undefined => {
  const unsupported = 'TRANSPORT_ENDPOINT_NOT_SUPPORTED';
  if (path === '') return { code: unsupported, detail: 'The path is empty' };
  if (path.includes('\0', 1)) return { code: unsupported, detail: 'The path contains a NUL' };
  if (isAbstract(path) && process.platform !== 'linux') {
    return { code: unsupported, detail: 'Abstract sockets exist only on Linux' };
  }
  const length = Buffer.byteLength(path);
  if (length <= longest(path)) return undefined;
  const detail = `It has ${length} bytes and this system allows ${longest(path)}. Choose a shorter path`;
  return { code: 'TRANSPORT_PATH_TOO_LONG', detail };
};

/**
 * Refuses a path that cannot be bound exactly. Some systems truncate a path that is too long, and would bind a different
 * file.
 *
 * @throws TransportError `TRANSPORT_PATH_TOO_LONG`; `TRANSPORT_ENDPOINT_NOT_SUPPORTED` for an empty path, a path that
 *   contains a NUL, and an abstract name on a platform without them
 */
export const checkPath = (path: string, endpoint: Endpoint): void => {
  const refused = refusal(path);
  if (refused === undefined) return;
  throw new TransportError(refused.code, formatEndpoint(endpoint), { detail: refused.detail });
};

/** The error code of an attempt to connect to the path; empty if a server accepts. */
const probe = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = net.connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.on('error', (error) => resolve(systemCode(error)));
  });

/** The identity of the socket file at a path; `undefined` if the path is not a socket. */
const identity = (path: string): string | undefined => {
  const found = fs.lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found?.isSocket() === true ? `${found.dev} ${found.ino} ${found.ctimeNs}` : undefined;
};

/**
 * Removes the socket file that a crashed process has left. A file of another kind stays, and so does a socket that a
 * server listens on, that this user may not connect to, or that another process has created since the check.
 *
 * @returns whether the path may be free now
 */
export const removeStaleSocket = async (path: string): Promise<boolean> => {
  try {
    const found = identity(path);
    const answer = found === undefined ? '' : await probe(path);
    if (answer === 'ENOENT') return true;
    if (answer !== 'ECONNREFUSED' || identity(path) !== found) return false;
    fs.unlinkSync(path);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
};
