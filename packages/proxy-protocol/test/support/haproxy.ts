import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether there is an haproxy on the PATH. */
export const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;

/** HAProxy cannot tell which port it was given, so it is told one that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** One HAProxy that forwards each connection to a target, with other options of its `server` line on each port. */
export class Haproxy implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly ports: readonly number[];
  #output = '';

  static async start(target: number, serverOptions: readonly string[]): Promise<Haproxy> {
    const ports = await Promise.all(serverOptions.map(freePort));
    const folder = mkdtempSync(join(tmpdir(), 'windhover-haproxy-'));
    const listens = serverOptions.map((options, at) =>
      [
        `listen proxied-${at}`,
        `  bind 127.0.0.1:${ports[at]}`,
        '  unique-id-format %{+X}o%ci:%cp',
        `  server target 127.0.0.1:${target} ${options}`,
      ].join('\n'),
    );
    const defaults = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n';
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, `${defaults}${listens.join('\n')}\n`);
    const haproxy = new Haproxy(spawn('haproxy', ['-db', '-f', file], { stdio: 'pipe' }), folder, ports);
    await haproxy.#untilListening();
    return haproxy;
  }

  private constructor(process: ChildProcess, folder: string, ports: readonly number[]) {
    this.#process = process;
    this.#folder = folder;
    this.ports = ports;
    process.stdout!.resume();
    process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  async #untilListening(): Promise<void> {
    for (const port of this.ports) {
      while (!(await isListening(port))) {
        if (this.#process.exitCode !== null) throw new Error(`haproxy has ended:\n${this.#output}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null && this.#process.kill('SIGKILL')) await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
