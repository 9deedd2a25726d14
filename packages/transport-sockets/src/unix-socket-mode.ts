import type { ListenOptions, Server } from 'node:net';
import { isClusterWorker } from './inherited-descriptor.ts';
import { isMainThread } from './node-builtins.ts';

const everything = 0o777;

/** The messages of one channel keep their order, so the answer to `listen` comes after this one has been read. */
const askPrimary = (umask: number | undefined): void => {
  if (process.connected) process.send?.({ windhover: 'umask', umask }, undefined, undefined, () => undefined);
};

/**
 * Starts to listen on a unix socket whose file has at most this mode from the moment in which it is there; what the
 * umask of the process takes away is for the caller to add once it listens, with `chmod`.
 *
 * `net.Server.listen` binds before it returns, so a stricter umask around it is enough. A file that the thread pool
 * makes in this moment is narrower too, never wider. A worker thread may not change the umask. In a worker of
 * `node:cluster` the primary process binds: it is asked for a stricter umask before, and to take it back when the server
 * listens or has failed. A supervisor of `@windhover/supervisor` does so; another primary process does not know the
 * message, and there its umask holds until the `chmod`.
 *
 * @param mode permission bits, 0 to 0o777
 */
export const listenWithMode = (server: Server, where: ListenOptions, mode: number): void => {
  if (isClusterWorker()) {
    askPrimary(everything & ~mode);
    const release = (): void => {
      server.off('listening', release);
      server.off('error', release);
      askPrimary(undefined);
    };
    server.on('listening', release);
    server.on('error', release);
    server.listen(where);
    return;
  }
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
