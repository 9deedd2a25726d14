import type { ListenOptions, Server } from 'node:net';
import { isMainThread } from './node-builtins.ts';

const everything = 0o777;

/**
 * Starts to listen on a unix socket whose file has at most this mode from the moment in which it is there; what the
 * umask of the process takes away is for the caller to add once it listens, with `chmod`.
 *
 * `net.Server.listen` binds before it returns, so a stricter umask around it is enough. A file that the thread pool
 * makes in this moment is narrower too, never wider. A worker thread may not change the umask, and in a worker of
 * `node:cluster` it is the primary process that binds: there the umask of the process holds until the `chmod`.
 *
 * @param mode permission bits, 0 to 0o777
 */
export const listenWithMode = (server: Server, where: ListenOptions, mode: number): void => {
  if (!isMainThread()) {
    server.listen(where);
    return;
  }
  const before = process.umask(everything);
  process.umask(before | (everything & ~mode));
  try {
    server.listen(where);
  } finally {
    process.umask(before);
  }
};
