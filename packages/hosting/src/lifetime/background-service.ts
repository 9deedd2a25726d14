import type { ServiceProvider } from '../services/service-provider.ts';

/**
 * Work of an application beside its requests. Each part is optional.
 *
 * Source: .NET `IHostedService`, `BackgroundService`
 */
export interface BackgroundService {
  /** For the log. */
  readonly name?: string;
  /** Called before the host listens, which waits for it. The signal aborts when the host is to stop meanwhile. */
  start?(signal: AbortSignal): void | Promise<void>;
  /**
   * The work itself, begun after `start` and not waited for. It ends when the signal aborts; an end before that is an
   * end, and an error stops the host with the exit code 1.
   */
  run?(signal: AbortSignal): void | Promise<void>;
  /** Called when the last request has ended. The signal aborts at the deadline of the stop. */
  stop?(signal: AbortSignal): void | Promise<void>;
}

/** A background service, or how to make it of other services when the host starts. */
export type BackgroundServiceSource =
  | BackgroundService
  | ((services: ServiceProvider) => BackgroundService | Promise<BackgroundService>);
