import { asError } from './as-error.ts';
import { childLogger } from './child-logger.ts';
import { guarded } from './guarded.ts';
import type { HostEnvironment } from '../lifetime/host-environment.ts';
import { isSupervisedWorker } from '../lifetime/supervised-process.ts';
import { eventIds, logCategories } from './log-events.ts';
import type { LogLevel, Logger } from './logger.ts';

/** Result of a reload: endpoints by name, and settings whose values differ from those of the start and need a restart. */
export interface SettingsChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly needsRestart: readonly string[];
}

/** The open connections and services that a stopping host waits for. */
export interface WaitedFor {
  /** Open connections. */
  readonly connections: number;
  /** Names of the endpoints with open connections. */
  readonly endpoints: readonly string[];
  /** Names of the background services that have not stopped. */
  readonly services: readonly string[];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The log messages of a host, one method each. None throws: a failing logger must not keep a host from stopping. */
export class HostLog {
  readonly #parent: Logger;
  #logger: Logger | undefined;

  constructor(logger: Logger) {
    this.#parent = logger;
  }

  #write(level: Exclude<LogLevel, 'silent'>, details: object, message: string): void {
    guarded(() => {
      this.#logger ??= childLogger(this.#parent, { category: logCategories.host });
      this.#logger[level](details, message);
    });
  }

  started(addresses: readonly string[], { name, contentRoot }: HostEnvironment): void {
    for (const address of addresses) {
      this.#write('info', { eventId: eventIds.listening, address }, `Now listening on: ${address}`);
    }
    this.#write('info', { eventId: eventIds.started }, 'Application started. Press Ctrl+C to shut down.');
    // Measured from the start of the process, as a user perceives it.
    const details = { environment: name, contentRoot, pid: process.pid, readyMs: Math.round(performance.now()) };
    this.#write('info', details, `Environment: ${name}. Content root: ${contentRoot}`);
  }

  stopping(): void {
    this.#write('info', { eventId: eventIds.stopping }, 'Application is shutting down...');
  }

  /** `systemd-notify` failed, so systemd does not receive the state of the service. */
  notifyFailed(error: Error): void {
    const details = { eventId: eventIds.notifyFailed, err: error };
    this.#write('warn', details, 'systemd-notify failed, so systemd does not know the state of this service');
  }

  /** The stop takes longer than a moment. */
  waiting({ connections, endpoints, services }: WaitedFor, shutdownTimeout: number): void {
    const places = endpoints.length === 0 ? '' : ` on ${endpoints.join(', ')}`;
    const open = connections === 0 ? [] : [`${counted(connections, 'open connection')}${places}`];
    const work = services.map((name) => `background service "${name}"`);
    const subject = [...open, ...(connections === 0 ? work : [])].join(', ') || 'the server to stop';
    const limit = shutdownTimeout === Infinity ? '' : ` for up to ${Math.round(shutdownTimeout / 1000)} s`;
    const details = { eventId: eventIds.waiting, connections, endpoints, services };
    // A worker may be stopping because its supervisor replaces it; the supervisor handles Ctrl+C.
    const advice = isSupervisedWorker() ? '' : ' Press Ctrl+C again to end now.';
    this.#write('info', details, `Waiting for ${subject}${limit}.${advice}`);
  }

  cutOff(): void {
    this.#write(
      'warn',
      { eventId: eventIds.cutOff },
      'The shutdown timeout has passed; the remaining work was aborted',
    );
  }

  serverStopFailed(error: unknown): void {
    this.#error(eventIds.serverStopFailed, error, 'The server could not stop');
  }

  backgroundServiceFailed(service: string, error: unknown): void {
    this.#error(eventIds.backgroundServiceFailed, error, 'A background service failed; the host stops', { service });
  }

  backgroundServiceStopFailed(service: string, error: unknown): void {
    this.#error(eventIds.backgroundServiceStopFailed, error, 'A background service failed to stop', { service });
  }

  disposeFailed(service: string, error: unknown): void {
    this.#error(eventIds.disposeFailed, error, 'A service could not be disposed', { service });
  }

  unhandledError(error: unknown): void {
    this.#error(eventIds.unhandledError, error, 'An error was not caught; the host stops');
  }

  reloaded(): void {
    this.#write('info', { eventId: eventIds.reloaded }, 'Reloaded');
  }

  nothingToReload(): void {
    this.#write('info', { eventId: eventIds.reloaded }, 'Nothing to reload');
  }

  reloadFailed(error: unknown): void {
    const reason = asError(error);
    // An invalid configuration needs no stack trace.
    const details = reason.name === 'ConfigurationError' ? {} : { err: reason };
    const eventId = eventIds.reloadFailed;
    this.#write(
      'error',
      { eventId, ...details },
      `Reloading failed; the previous configuration stays in effect. ${reason.message}`,
    );
  }

  /** A problem of the settings, e.g. a value that is not used. */
  settingsWarning(message: string): void {
    this.#write('warn', { eventId: eventIds.settingsWarning }, message);
  }

  /** @param error names the files */
  settingsFilesMissing(error: Error): void {
    this.#write('warn', { eventId: eventIds.settingsFilesMissing }, error.message);
  }

  settingsChanged(changes: SettingsChanges): void {
    const { needsRestart, ...endpoints } = changes;
    this.#write('info', { eventId: eventIds.settingsChanged, ...endpoints }, 'The configuration has changed');
    if (needsRestart.length === 0) return;
    this.#write(
      'warn',
      { eventId: eventIds.restartNeeded },
      `These settings take effect after a restart: ${needsRestart.join(', ')}`,
    );
  }

  /** @param resources kinds of resources that keep the process alive */
  processHeld(resources: readonly string[]): void {
    this.#write(
      'error',
      { eventId: eventIds.processHeld, resources },
      'The host has stopped but the process is still running; exiting with code 1',
    );
  }

  #error(eventId: number, error: unknown, message: string, details: object = {}): void {
    this.#write('error', { eventId, ...details, err: asError(error) }, message);
  }
}
