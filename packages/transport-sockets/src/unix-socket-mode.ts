import type { ListenOptions, Server } from 'node:net';
import { isClusterWorker } from './inherited-descriptor.ts';
import { isMainThread } from './node-builtins.ts';

const everything = 0o777;

/** Sends a message to the primary process. Messages keep their order, so it is read before the request to listen. */
const askPrimary = (umask: number | undefined): void => {
  if (process.connected) process.send?.({ windhover: 'umask', umask }, undefined, undefined, () => undefined);
};

/**
 * Starts to listen on a unix socket whose file never has more permissions than this mode, from its creation on.
 * Permissions that the umask of the process removes can be added by the caller with `chmod` once the server listens.
 *
 * `net.Server.listen` binds before it returns, so a stricter umask during the call is enough. A file that the thread
 * pool creates during that time gets fewer permissions too, never more. A worker thread may not change the umask. In a
 * worker of `node:cluster` the primary process binds: a message requests a stricter umask before, and another message
 * restores it when the server listens or has failed. A supervisor of `@windhover/supervisor` handles these messages;
 * with another primary process, its umask applies until the `chmod`.
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
