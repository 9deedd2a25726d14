import { readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseSocketName } from './socket-folder.ts';

/** Removes the sockets of processes that were killed. @param folder that belongs to this user alone */
export const removeStaleSockets = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const parsed = parseSocketName(name);
    if (parsed !== undefined && !isRunning(parsed.pid)) removeIfRefused(join(folder, name));
  }
};

/** Whether a process with this id runs, also one of another user. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

/** Containers that share the folder have process ids of their own: a socket that accepts connections is in use. */
const removeIfRefused = (path: string): void => {
  const socket = connect(path, () => socket.destroy()).unref();
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ECONNREFUSED') rmSync(path, { force: true });
  });
};
