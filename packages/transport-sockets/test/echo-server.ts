import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '@windhover/connections';
import { loadSources } from '../../../tools/test-support/load-sources.ts';

const at = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Messages of the fixture to its parent. */
export interface Told {
  readonly endpoint?: Endpoint;
  readonly code?: string;
  readonly message?: string;
  readonly acceptError?: string;
  readonly cause?: string;
  readonly recovered?: true;
  readonly warning?: string;
  readonly exhausted?: string;
  readonly connections?: number;
  /** Turns of its event loop. */
  readonly turns?: number;
  /** How often its transport has tried for a descriptor. */
  readonly looks?: number;
}

export interface EchoServerOptions {
  /** Most descriptors that the process may have. */
  readonly descriptors?: number;
  /** Whether accept errors are sent over the channel instead of as warnings. */
  readonly observed?: boolean;
  /** Descriptors that it inherits, from number 3 on. */
  readonly inherit?: readonly number[];
}

const running = new Set<ChildProcess>();

/** Ends running fixtures; for `afterEach`. */
export const killEchoServers = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

/** The fixture `echo-server.mjs` as a separate process. */
export class EchoServer {
  readonly told: Told[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(endpoint: Endpoint, { descriptors, observed = false, inherit = [] }: EchoServerOptions = {}) {
    const node = [process.execPath, ...loadSources, at('echo-server.mjs')];
    const command = [...node, JSON.stringify(endpoint), ...(observed ? ['observed'] : [])];
    const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors}; `;
    const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', ...inherit, 'ipc'];
    this.#child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...command], {
      stdio,
      env: { ...process.env, NODE_NO_WARNINGS: '1' }, // They are sent over the channel.
    });
    running.add(this.#child);
    this.#child.on('message', (message) => this.told.push(message as Told));
    this.exited = once(this.#child, 'close').then(([code]) => {
      running.delete(this.#child);
      return code as number | null;
    });
  }

  /** Resolves with the first message with this key, including earlier ones. */
  async waitFor(key: keyof Told): Promise<Told> {
    for (;;) {
      const found = this.told.find((message) => key in message);
      if (found !== undefined) return found;
      await Promise.race([
        once(this.#child, 'message'),
        this.exited.then((code) => {
          throw new Error(`ended with ${code} before it told ${key}: ${JSON.stringify(this.told)}`);
        }),
      ]);
    }
  }

  /** Resolves with the answer to a command, which has this key. */
  async ask(command: string, key: keyof Told): Promise<Told> {
    const before = this.told.length;
    this.#child.send(command);
    for (;;) {
      const found = this.told.slice(before).find((message) => key in message);
      if (found !== undefined) return found;
      await once(this.#child, 'message');
    }
  }

  tell(command: string): void {
    this.#child.send(command);
  }
}
