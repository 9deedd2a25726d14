import { connect } from 'node:net';
import { type Endpoint, TransportError, type TransportErrorCode, formatEndpoint } from '@windhover/connections';
import { systemCode } from './bind-errors.ts';
import { fs } from './node-builtins.ts';

/**
 * Bytes of `sun_path` in a unix socket's address on each platform; a path needs one of them for the NUL at its end, an
 * abstract name does not.
 *
 * Source: unix(7) on Linux; `sys/un.h` on the others.
 */
const addressSize = process.platform === 'linux' ? 108 : 104;

/** Whether it is a name of Linux's abstract namespace, which is not in the file system. */
export const isAbstract = (path: string): boolean => path.startsWith('\0');

/** Bytes that a path may have here. */
const longest = (path: string): number => (isAbstract(path) ? addressSize : addressSize - 1);

const refusal = (path: string): { readonly code: TransportErrorCode; readonly detail: string } | undefined => {
  const unsupported = 'TRANSPORT_ENDPOINT_NOT_SUPPORTED';
  if (path === '') return { code: unsupported, detail: 'The path is empty' };
  if (path.includes('\0', 1)) return { code: unsupported, detail: 'There is a NUL in the path' };
  if (isAbstract(path) && process.platform !== 'linux') {
    return { code: unsupported, detail: 'Abstract sockets are there on Linux only' };
  }
  const length = Buffer.byteLength(path);
  if (length <= longest(path)) return undefined;
  const detail = `It has ${length} bytes and this system takes ${longest(path)}. Choose a shorter path`;
  return { code: 'TRANSPORT_PATH_TOO_LONG', detail };
};

/**
 * Refuses a path that cannot be bound as it is. One that does not fit some systems cut off, and would bind another file
 * than was asked for.
 *
 * @throws TransportError `TRANSPORT_PATH_TOO_LONG`; `TRANSPORT_ENDPOINT_NOT_SUPPORTED` for an empty path, one with a NUL
 *   in it, and an abstract name where there are none
 */
export const checkPath = (path: string, endpoint: Endpoint): void => {
  const refused = refusal(path);
  if (refused === undefined) return;
  throw new TransportError(refused.code, formatEndpoint(endpoint), { detail: refused.detail });
};

/** What connecting to the path fails with; empty when somebody answers. */
const probe = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.on('error', (error) => resolve(systemCode(error)));
  });

/** Which file the socket at a path is; `undefined` when no socket is there. */
const identity = (path: string): string | undefined => {
  const found = fs.lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found?.isSocket() === true ? `${found.dev} ${found.ino} ${found.ctimeNs}` : undefined;
};

/**
 * Removes the socket file that a crashed process has left behind. A file of another kind, and a socket that somebody
 * listens on or that we may not ask, stay; and so does one that another process has put there since we asked.
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
