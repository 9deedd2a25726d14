import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { type EndPoint, TransportError, formatEndPoint } from '@windhover/connections';
import { systemCode } from './bind-errors.ts';

/** Bytes of a path that `sockaddr_un` has room for, without the closing NUL: Linux has 108 in all, BSD and macOS 104. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/**
 * Refuses a path that does not fit, because some systems cut it off and would bind another file than was asked for.
 *
 * @throws TransportError `TRANSPORT_PATH_TOO_LONG`
 */
export const checkPathLength = (path: string, endPoint: EndPoint): void => {
  const length = Buffer.byteLength(path);
  if (length <= longestPath) return;
  const detail = `It has ${length} bytes and this system takes ${longestPath}. Choose a shorter path`;
  throw new TransportError('TRANSPORT_PATH_TOO_LONG', formatEndPoint(endPoint), { detail });
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

/**
 * Removes the socket file that a crashed process has left behind. A file of another kind, and a socket that somebody
 * listens on, stay.
 *
 * @returns whether the path is free now
 */
export const removeStaleSocket = async (path: string): Promise<boolean> => {
  if (path.startsWith('\0')) return false;
  try {
    if (!(await lstat(path)).isSocket()) return false;
    if ((await probe(path)) !== 'ECONNREFUSED') return false;
    await unlink(path);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
};
