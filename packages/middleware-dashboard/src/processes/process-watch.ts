import { readdirSync, rmSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { join } from 'node:path';
import type { Snapshot } from '../snapshot.ts';
import { type SocketName, parseSocketName, socketFolder } from './socket-folder.ts';
import { removeStaleSockets } from './stale-sockets.ts';

/** Maximum length of a line in UTF-16 code units; 200 routes need less than a tenth. */
const longestLine = 4 * 1024 * 1024;

/** Watches other processes through their sockets. */
export class ProcessWatch implements Disposable {
  readonly #isWatched: (name: SocketName) => boolean;
  readonly #receive: (snapshot: Snapshot) => void;
  readonly #ended: (pid: number) => void;
  readonly #sockets = new Map<number, Socket>();

  /**
   * @param isWatched which processes
   * @param receive called with each snapshot of each process
   * @param ended called when a process that was connected has ended
   */
  constructor(
    isWatched: (name: SocketName) => boolean,
    receive: (snapshot: Snapshot) => void,
    ended: (pid: number) => void,
  ) {
    this.#isWatched = isWatched;
    this.#receive = receive;
    this.#ended = ended;
    const folder = socketFolder();
    if (folder !== undefined) removeStaleSockets(folder);
  }

  /** Connects to processes that are new. @returns how many processes there are */
  refresh(): number {
    const folder = socketFolder();
    if (folder === undefined) return 0;
    for (const name of readdirSync(folder)) {
      const parsed = parseSocketName(name);
      if (parsed === undefined || this.#sockets.has(parsed.pid) || !this.#isWatched(parsed)) continue;
      this.#connect(join(folder, name), parsed.pid);
    }
    return this.#sockets.size;
  }

  #connect(path: string, pid: number): void {
    const socket = connect(path).setEncoding('utf8').unref();
    this.#sockets.set(pid, socket);
    let pending = '';
    socket.on('data', (text: string) => {
      const lines = (pending + text).split('\n');
      pending = lines.pop()!;
      if (pending.length > longestLine) socket.destroy();
      try {
        for (const line of lines) this.#receive(JSON.parse(line) as Snapshot);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      // The socket belongs to a process that was killed.
      if (code === 'ECONNREFUSED') rmSync(path, { force: true });
    });
    socket.on('close', () => {
      if (this.#sockets.delete(pid)) this.#ended(pid);
    });
  }

  [Symbol.dispose](): void {
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const socket of sockets) socket.destroy();
  }
}
