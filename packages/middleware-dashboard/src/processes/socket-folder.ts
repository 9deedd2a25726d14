import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of the sockets of this user's processes: `windhover-<uid>` in the folder for temporary files, mode 0700.
 * Another user could have created it first, so its owner and mode are checked.
 *
 * @returns `undefined` if there is no safe folder, and on Windows
 */
export const socketFolder = (): string | undefined => {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  const folder = join(tmpdir(), `windhover-${uid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const status = lstatSync(folder);
    return status.isDirectory() && status.uid === uid && (status.mode & 0o077) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
};

/** A process that can be watched, parsed from the name of its socket. */
export interface SocketName {
  /** Process id of its supervisor; 0 without one. */
  readonly supervisor: number;
  readonly pid: number;
}

/** Formats the name of a socket, e.g. `0-4711.sock`. */
export const formatSocketName = ({ supervisor, pid }: SocketName): string => `${supervisor}-${pid}.sock`;

/** @returns `undefined` for the name of another file */
export const parseSocketName = (name: string): SocketName | undefined => {
  const [, supervisor, pid] = /^(\d{1,10})-(\d{1,10})\.sock$/.exec(name) ?? [];
  return pid === undefined ? undefined : { supervisor: Number(supervisor), pid: Number(pid) };
};

/** Process id of the supervisor of this process; 0 without one. */
export const supervisorPid = (): number => {
  const isWorker = process.env['WINDHOVER_THREAD'] !== undefined && process.getBuiltinModule('node:cluster').isWorker;
  return isWorker ? process.ppid : 0;
};
