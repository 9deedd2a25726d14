import type { Server } from 'node:net';

/** A handle that the primary process shares; only TCP sockets have `getsockname`. */
interface SharedHandle {
  close(): void;
  getsockname?(out: { port?: number }): number;
}

type Bound = (errno: number, handle: SharedHandle | null) => void;

/** The function that `node:net` calls in a worker to get a handle. Undocumented; exists in Node.js 22 to 26. */
type GetServer = (server: object, query: { readonly port: number }, bound: Bound) => void;

const ours = new WeakSet<object>();
let isInstalled = false;

/**
 * Closes the handle of a server in a worker of `node:cluster` when its address is in use.
 *
 * The system reports a TCP address in use when the worker listens, not when the primary process binds. `node:net` then
 * fails without closing the handle: a second attempt to bind the address fails an assertion of Node.js in this worker,
 * and other workers get the dead handle even after the address is free again. If `node:cluster` does not have the
 * function that this wraps, nothing changes.
 *
 * Source: `listenInCluster` and `checkBindError` in lib/net.js, `shared` in lib/internal/cluster/child.js
 */
export const closeHandleInUse = (server: Server): void => {
  ours.add(server);
  if (isInstalled) return;
  isInstalled = true;
  const cluster = process.getBuiltinModule('node:cluster') as { _getServer?: GetServer };
  const getServer = cluster._getServer;
  if (typeof getServer !== 'function') return;
  cluster._getServer = (asking, query, bound) =>
    getServer.call(cluster, asking, query, (errno, handle) => {
      if (errno !== 0 || handle === null || !ours.has(asking) || !isUnbound(handle, query.port)) {
        return bound(errno, handle);
      }
      handle.close();
      return bound(addressInUse(), null);
    });
};

/** A socket whose address was in use has no port. */
const isUnbound = (handle: SharedHandle, port: number): boolean => {
  if (!(port > 0) || typeof handle.getsockname !== 'function') return false;
  const address: { port?: number } = {};
  return handle.getsockname(address) === 0 && address.port !== port;
};

const addressInUse = (): number => -process.getBuiltinModule('node:os').constants.errno.EADDRINUSE;
