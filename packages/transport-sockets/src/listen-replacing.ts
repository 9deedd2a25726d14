import type { ListenOptions, Server } from 'node:net';
import type { Endpoint } from '@windhover/connections';
import { systemCode } from './bind-errors.ts';
import { isClusterWorker } from './inherited-descriptor.ts';
import { fs, net } from './node-builtins.ts';
import { fileOf } from './unix-socket-file.ts';
import { listenWithMode } from './unix-socket-mode.ts';
import { removeStaleSocket } from './unix-socket-path.ts';

/** Mode and group of the file of a unix socket; `undefined` leaves them to the system. */
export interface FileRights {
  readonly mode: number | undefined;
  readonly group: number | undefined;
}

const ownerBits = 0o700;

/** A socket that is bound before a server listens. Node.js 22 and early releases of 24 and 26 do not have it. */
const { BoundSocket }: Partial<Pick<typeof net, 'BoundSocket'>> = net;

/**
 * Listens. An IP address is bound here if Node.js can do that: for a host, `net.Server.listen` loads `node:dns` and
 * compiles a large regular expression, which takes about a twentieth of a start. A worker of `node:cluster` shares the
 * socket of its primary process, and `listen` asks for it.
 */
const listen = (server: Server, where: ListenOptions): void => {
  const { host, port, backlog, ipv6Only, reusePort } = where;
  if (host === undefined || BoundSocket === undefined || isClusterWorker()) server.listen(where);
  else server.listen(new BoundSocket({ host, port, ipv6Only, reusePort }), backlog);
};

const listening = (server: Server, where: ListenOptions, mode: number | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const settled = (error?: Error): void => {
      server.off('error', settled);
      server.off('listening', settled);
      if (error === undefined) resolve();
      else reject(error);
    };
    server.on('error', settled);
    server.on('listening', settled);
    if (mode === undefined) listen(server, where);
    else listenWithMode(server, where, mode);
  });

/**
 * Listens and sets the mode of the socket. Replaces the socket file that a crashed process has left.
 *
 * @throws the error of `listen` or `chmod`; the server may be listening then
 */
export const listenReplacing = async (
  server: Server,
  where: ListenOptions,
  endpoint: Endpoint,
  { mode, group }: FileRights,
): Promise<void> => {
  const file = fileOf(endpoint);
  if (file === undefined) return listening(server, where, undefined);
  const last = mode ?? (group === undefined ? undefined : 0o777 & ~process.umask());
  // The file has the wrong group until `chown`, so only the owner gets access before that.
  const first = last === undefined || group === undefined ? last : last & ownerBits;
  try {
    await listening(server, where, first);
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE' || !(await removeStaleSocket(file))) throw error;
    await listening(server, where, first);
  }
  if (group !== undefined) fs.chownSync(file, process.getuid!(), group);
  if (last !== undefined) fs.chmodSync(file, last);
};
