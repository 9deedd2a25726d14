import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { findProgram } from './programs.ts';
import { until } from './until.ts';

/** The installed proxies that tests put in front of a server; `undefined` if missing. */
export const nginxProgram = findProgram('nginx');
export const haproxyProgram = findProgram('haproxy');

/** A running proxy with its own configuration and folder. */
export class FrontProxy implements AsyncDisposable {
  readonly #child: Child;
  readonly #folder: string;

  /**
   * Starts nginx in the foreground.
   *
   * @param http content of the `http` block
   * @param port of 127.0.0.1 on which it listens
   * @param user of its workers, if this process is root. Default root, which may open every socket file
   */
  static nginx(http: string, port: number, user = 'root'): Promise<FrontProxy> {
    return FrontProxy.#start(nginxProgram!, [port], (folder) => {
      chmodSync(folder, 0o755);
      const file = writeConfiguration(folder, nginxConfiguration(folder, http, user));
      return ['-p', folder, '-e', 'stderr', '-c', file];
    });
  }

  /** Starts HAProxy in the foreground. @param ports of 127.0.0.1 on which it listens */
  static haproxy(configuration: string, ...ports: readonly number[]): Promise<FrontProxy> {
    return FrontProxy.#start(haproxyProgram!, ports, (folder) => [
      '-db',
      '-f',
      writeConfiguration(folder, configuration),
    ]);
  }

  static async #start(
    program: string,
    ports: readonly number[],
    argsIn: (folder: string) => string[],
  ): Promise<FrontProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-proxy-'));
    const proxy = new FrontProxy(new Child(argsIn(folder), { program }), folder);
    for (const port of ports) await proxy.#untilListening(port);
    return proxy;
  }

  private constructor(child: Child, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** All output of the proxy so far. */
  get output(): string {
    return this.#child.output;
  }

  async #untilListening(port: number): Promise<void> {
    await until(() => {
      if (this.#child.process.exitCode !== null) throw new Error(`the proxy has ended:\n${this.output}`);
      return isListening(port);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#child.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const writeConfiguration = (folder: string, text: string): string => {
  const path = join(folder, 'proxy.conf');
  writeFileSync(path, text);
  return path;
};

/** Without root privileges, workers run as the user of the test. */
const nginxConfiguration = (folder: string, http: string, user: string): string => `
${process.getuid?.() === 0 ? `user ${user};` : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
${http}
}
`;

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
