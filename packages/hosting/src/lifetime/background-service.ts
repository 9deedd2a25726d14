import type { ServiceProvider } from '../services/service-provider.ts';

/**
 * Work of an application that runs beside its requests. Every member is optional.
 *
 * Source: .NET `IHostedService`, `BackgroundService`
 */
export interface BackgroundService {
  /** Name in the log. */
  readonly name?: string;
  /** Called before the host listens; the host awaits it. The signal aborts if the host is asked to stop meanwhile. */
  start?(signal: AbortSignal): void | Promise<void>;
  /**
   * The work itself, called after `start` and not awaited. It must end when the signal aborts. It may also end earlier;
   * an error stops the host with exit code 1.
   */
  run?(signal: AbortSignal): void | Promise<void>;
  /** Called when the last request has ended. The signal aborts at the deadline of the stop. */
  stop?(signal: AbortSignal): void | Promise<void>;
}

/** A background service, or a function that creates one from other services when the host starts. */
export type BackgroundServiceSource =
  | BackgroundService
  | ((services: ServiceProvider) => BackgroundService | Promise<BackgroundService>);
