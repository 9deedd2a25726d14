import { chmod, rmSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { processCounts } from './process-counts.ts';
import { formatSocketName, socketFolder, supervisorPid } from './socket-folder.ts';
import { removeStaleSockets } from './stale-sockets.ts';

/** Maximum number of watchers. */
const mostWatchers = 16;

/** Maximum number of bytes queued for a watcher; beyond it the watcher is disconnected. */
const mostWaiting = 4 * 1024 * 1024;

let server: Server | undefined;

/**
 * Opens the socket of this process, once: `<folder>/<supervisor>-<pid>.sock`, which only this user can open. A watcher
 * receives a snapshot each second, as one line of JSON. Watchers are `windhover top <pid>`, and the dashboards of the
 * other workers of the same supervisor. If the socket cannot be opened, the process continues without it.
 */
export const openLiveSocket = (): void => {
  if (server !== undefined || !isMainThread) return;
  const folder = socketFolder();
  if (folder === undefined) return;
  const path = join(folder, formatSocketName({ supervisor: supervisorPid(), pid: process.pid }));
  removeStaleSockets(folder);
  // Left behind by an earlier process with the same id.
  rmSync(path, { force: true });
  server = createServer(serveWatcher).unref();
  server.maxConnections = mostWatchers;
  server.on('error', () => undefined);
  // Exclusive: in a worker, this process listens itself, not its supervisor.
  server.listen({ path, exclusive: true }, () => chmod(path, 0o600, () => undefined));
  process.once('exit', () => rmSync(path, { force: true }));
};

const serveWatcher = (socket: Socket): void => {
  const watching = processCounts.watch((snapshot) => {
    socket.write(`${JSON.stringify(snapshot)}\n`);
    if (socket.writableLength > mostWaiting) socket.destroy();
  });
  socket.unref();
  socket.on('error', () => undefined).resume();
  socket.on('end', () => socket.destroy());
  socket.on('close', () => watching[Symbol.dispose]());
};
