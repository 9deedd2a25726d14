import type { ListenOptions, Server } from 'node:net';
import type { Endpoint } from '@windhover/connections';
import { systemCode } from './bind-errors.ts';
import { fs } from './node-builtins.ts';
import { fileOf } from './unix-socket-file.ts';
import { listenWithMode } from './unix-socket-mode.ts';
import { removeStaleSocket } from './unix-socket-path.ts';

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
    if (mode === undefined) server.listen(where);
    else listenWithMode(server, where, mode);
  });

/**
 * Listens, also where a crashed process has left its socket behind, and sets the mode of the socket.
 *
 * @throws whatever `listen` or `chmod` fails with; the server may listen then
 */
export const listenReplacing = async (
  server: Server,
  where: ListenOptions,
  endpoint: Endpoint,
  unixMode: number | undefined,
): Promise<void> => {
  const file = fileOf(endpoint);
  if (file === undefined) return listening(server, where, undefined);
  try {
    await listening(server, where, unixMode);
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE' || !(await removeStaleSocket(file))) throw error;
    await listening(server, where, unixMode);
  }
  if (unixMode !== undefined) fs.chmodSync(file, unixMode);
};
