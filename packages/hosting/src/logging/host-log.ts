import { asError } from './as-error.ts';
import { childLogger } from './child-logger.ts';
import type { HostEnvironment } from '../lifetime/host-environment.ts';
import { eventIds, logCategories } from './log-events.ts';
import type { Logger } from './logger.ts';

/** What a reload has changed: endpoints by name, and settings that have to wait for a restart. */
export interface SettingsChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly needsRestart: readonly string[];
}

/** What a host that stops waits for. */
export interface WaitedFor {
  /** Open connections. */
  readonly connections: number;
  /** Names of the endpoints that have them. */
  readonly endpoints: readonly string[];
  /** Names of the background services that have not stopped. */
  readonly services: readonly string[];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What a host itself has to say, one method for each message. */
export class HostLog {
  readonly #parent: Logger;
  #logger: Logger | undefined;

  constructor(logger: Logger) {
    this.#parent = logger;
  }

  get #log(): Logger {
    return (this.#logger ??= childLogger(this.#parent, { category: logCategories.host }));
  }

  started(addresses: readonly string[], { name, contentRoot }: HostEnvironment): void {
    for (const address of addresses) {
      this.#log.info({ eventId: eventIds.listening, address }, `Now listening on: ${address}`);
    }
    this.#log.info({ eventId: eventIds.started }, 'Application started. Press Ctrl+C to shut down.');
    // Counted from the start of the process: what a person waits for.
    const details = { environment: name, contentRoot, pid: process.pid, readyMs: Math.round(performance.now()) };
    this.#log.info(details, `Environment: ${name}. Content root: ${contentRoot}`);
  }

  stopping(): void {
    this.#log.info({ eventId: eventIds.stopping }, 'Application is shutting down...');
  }

  /** systemd waits for messages about the state of the service, and they cannot be sent. */
  notifyFailed(error: Error): void {
    const details = { eventId: eventIds.notifyFailed, err: error };
    this.#log.warn(details, 'systemd-notify has failed: systemd does not know the state of this service');
  }

  /** The stop takes longer than a moment. */
  waiting({ connections, endpoints, services }: WaitedFor, shutdownTimeout: number): void {
    const places = endpoints.length === 0 ? '' : ` on ${endpoints.join(', ')}`;
    const open = connections === 0 ? [] : [`${counted(connections, 'open connection')}${places}`];
    const work = services.map((name) => `background service "${name}"`);
    const subject = [...open, ...(connections === 0 ? work : [])].join(', ') || 'the server to stop';
    const limit = shutdownTimeout === Infinity ? '' : ` for up to ${Math.round(shutdownTimeout / 1000)} s`;
    const details = { eventId: eventIds.waiting, connections, endpoints, services };
    this.#log.info(details, `Waiting for ${subject}${limit}. Press Ctrl+C again to end now.`);
  }

  cutOff(): void {
    this.#log.warn({ eventId: eventIds.cutOff }, 'The shutdown timeout is over: what still ran has been cut off');
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
    this.#log.info({ eventId: eventIds.reloaded }, 'Reloaded');
  }

  nothingToReload(): void {
    this.#log.info({ eventId: eventIds.reloaded }, 'There is nothing to reload');
  }

  reloadFailed(error: unknown): void {
    const reason = asError(error);
    // A configuration that is wrong needs no stack trace.
    const details = reason.name === 'ConfigurationError' ? {} : { err: reason };
    const eventId = eventIds.reloadFailed;
    this.#log.error({ eventId, ...details }, `Reloading failed, and what was before stays. ${reason.message}`);
  }

  /** Something is set and not used, for example. */
  settingsWarning(message: string): void {
    this.#log.warn({ eventId: eventIds.settingsWarning }, message);
  }

  /** @param error names the files */
  settingsAway(error: Error): void {
    this.#log.warn({ eventId: eventIds.settingsAway }, error.message);
  }

  settingsChanged(changes: SettingsChanges): void {
    const { needsRestart, ...endpoints } = changes;
    this.#log.info({ eventId: eventIds.settingsChanged, ...endpoints }, 'The configuration has changed');
    if (needsRestart.length === 0) return;
    this.#log.warn(
      { eventId: eventIds.restartNeeded },
      `These come into effect with the next start: ${needsRestart.join(', ')}`,
    );
  }

  /** @param resources what keeps it alive, by kind */
  processHeld(resources: readonly string[]): void {
    this.#log.error(
      { eventId: eventIds.processHeld, resources },
      'The host has stopped, and something keeps the process alive: it is ended',
    );
  }

  #error(eventId: number, error: unknown, message: string, details: object = {}): void {
    this.#log.error({ eventId, ...details, err: asError(error) }, message);
  }
}
