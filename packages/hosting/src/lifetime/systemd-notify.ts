import type { ChildProcess } from 'node:child_process';
import { isSupervisedWorker } from './supervised-process.ts';

/** The variables that systemd sets for a service. */
export interface ServiceEnvironment {
  readonly [name: string]: string | undefined;
}

/**
 * Notifies systemd of the state of this service: ready, stopping, reloading, and alive if a watchdog is set.
 * Messages are sent in order through the program `systemd-notify`, because Node.js has no unix datagram sockets.
 * The unit needs `Type=notify` and `NotifyAccess=all`.
 *
 * Source: sd_notify(3), sd_watchdog_enabled(3)
 */
export class SystemdNotify {
  readonly #env: ServiceEnvironment;
  readonly #failed: (error: Error) => void;
  #last: Promise<void> = Promise.resolve();
  #watchdog: NodeJS.Timeout | undefined;
  #isStopping = false;
  #hasFailed = false;

  /** @param failed called once if `systemd-notify` cannot run or reports a failure */
  constructor(env: ServiceEnvironment, failed: (error: Error) => void) {
    this.#env = env;
    this.#failed = failed;
  }

  /** A notifier for this process; `undefined` without a service manager. */
  static ofProcess(failed: (error: Error) => void, env: ServiceEnvironment = process.env): SystemdNotify | undefined {
    return (env['NOTIFY_SOCKET'] ?? '') === '' ? undefined : new SystemdNotify(env, failed);
  }

  /** The service has started or reloaded. Sends nothing after `stopping`: a stop may begin during a reload. */
  ready(): Promise<void> {
    if (this.#isStopping) return this.#last;
    this.#startWatchdog();
    return this.#send('READY=1');
  }

  /** The service reloads its configuration; `ready` follows. Sends nothing after `stopping`. */
  reloading(): Promise<void> {
    if (this.#isStopping) return this.#last;
    return this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  /** The service stops. */
  stopping(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#watchdog);
    return this.#send('STOPPING=1');
  }

  /** Sends a keep-alive twice in each period of the watchdog, as long as the event loop runs. */
  #startWatchdog(): void {
    const { WATCHDOG_USEC: period, WATCHDOG_PID: pid } = this.#env;
    const milliseconds = Number(period) / 2000;
    if (this.#watchdog !== undefined || !isOwnService(pid) || !(milliseconds >= 1)) return;
    this.#watchdog = setInterval(() => void this.#send('WATCHDOG=1'), milliseconds).unref();
  }

  #send(...state: readonly string[]): Promise<void> {
    this.#last = this.#last.then(() => this.#run(state)).catch((error: unknown) => this.#report(error as Error));
    return this.#last;
  }

  async #run(state: readonly string[]): Promise<void> {
    const { spawn } = await import('node:child_process');
    const child = spawn('systemd-notify', [...state], { env: this.#env, stdio: 'ignore' });
    await ended(child);
  }

  #report(error: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failed(error);
  }
}

/**
 * Whether the process of a watchdog is this one. With several processes it is their supervisor, for which the first worker
 * sends the keep-alives.
 */
const isOwnService = (pid: string | undefined): boolean =>
  pid === undefined || Number(pid) === process.pid || (isSupervisedWorker() && Number(pid) === process.ppid);

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`systemd-notify has ended with code ${code}`));
    });
  });
